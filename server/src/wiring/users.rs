//! Who uses our own Postgres: a server, and commands on its host, each as long as it lives. The last one to leave stops
//! it, when it was started for the moment only.
//!
//! Two files of the data directory, which the kernel unlocks when a process ends, however:
//! - `postgres.turn` is held alone by whoever is just coming or leaving, so neither happens during the other;
//! - `postgres.users` is held together by all who are there. The word in it says that Postgres is stopped when nobody is left:
//!   written by whoever started it while nobody else was there, taken away by a server that stays.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use postgres_host::embedded::Origin;
use tokio::time::{Instant, sleep};

use crate::data_dir::DataDir;

#[cfg(test)]
mod tests;

/// How long others may take to come or to leave; making a cluster on a slow disk takes longest.
const LIMIT: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(20);
const UNTIL_NOBODY_IS_LEFT: &str = "until nobody is left";

/// Held while Postgres is looked for, started or stopped.
#[derive(Debug)]
pub struct Turn {
    _file: File,
    users: PathBuf,
}

/// One user of Postgres. It ends with the process, or when it is dropped.
pub struct User {
    file: File,
    users: PathBuf,
}

/// What comes of Postgres when its last user goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// What was said: it goes on when it was there before, or when a server has said so.
    AsSaid,
    /// It is stopped, by us or by who goes last.
    Stop,
}

impl Turn {
    /// Waits for it.
    pub async fn wait(dir: &DataDir) -> anyhow::Result<Self> {
        Self::at(&dir.join("postgres.turn"), dir.join("postgres.users")).await
    }

    async fn at(path: &Path, users: PathBuf) -> anyhow::Result<Self> {
        let file = open(path)?;
        let deadline = Instant::now() + LIMIT;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file, users }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(POLL).await,
                Err(TryLockError::WouldBlock) => bail!(
                    "another process has been starting or stopping Postgres for {} s; it holds {}",
                    LIMIT.as_secs(),
                    path.display()
                ),
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("locking {}", path.display()));
                }
            }
        }
    }

    /// Comes in to a Postgres that is there now.
    pub fn come(self, origin: Origin) -> anyhow::Result<User> {
        let Self { _file: _turn, users } = self;
        let failed = || format!("using {}", users.display());
        let file = open(&users)?;
        if is_alone(&file).with_context(failed)? {
            if origin == Origin::Started
                && let Err(error) = fs::write(&users, UNTIL_NOBODY_IS_LEFT)
            {
                // a disk that is full: better a Postgres that goes on than none
                tracing::warn!(%error, "{} cannot be written", users.display());
            }
            file.unlock().with_context(failed)?;
        }
        file.lock_shared().with_context(failed)?; // at once: who holds it alone has the turn
        Ok(User { file, users })
    }
}

impl User {
    /// From now on Postgres goes on when nobody is left.
    pub fn keep_postgres(&self) -> anyhow::Result<()> {
        self.say("")
    }

    /// Goes. Runs `stop` when nobody is left and Postgres shall not go on, while nobody can come.
    pub async fn leave(
        &self,
        dir: &DataDir,
        then: Then,
        stop: impl AsyncFnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let failed = || format!("leaving {}", self.users.display());
        let _turn = Turn::wait(dir).await?;
        self.file.unlock().with_context(failed)?;
        if !is_alone(&self.file).with_context(failed)? {
            tracing::info!("Postgres is left to a command that still uses it");
            return if then == Then::Stop { self.say(UNTIL_NOBODY_IS_LEFT) } else { Ok(()) };
        }
        self.file.unlock().with_context(failed)?; // the turn keeps others out
        if then == Then::Stop || fs::read_to_string(&self.users).with_context(failed)? == UNTIL_NOBODY_IS_LEFT
        {
            stop().await?;
            self.keep_postgres()?;
        }
        Ok(())
    }

    fn say(&self, word: &str) -> anyhow::Result<()> {
        fs::write(&self.users, word).with_context(|| format!("writing {}", self.users.display()))
    }
}

/// Whether nobody else is there; the file is locked then.
fn is_alone(file: &File) -> std::io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn open(path: &Path) -> anyhow::Result<File> {
    let opened = File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    opened.with_context(|| format!("opening {}", path.display()))
}
