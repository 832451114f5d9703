//! Reference count of the embedded Postgres, by file locks. Its users are a server and commands of the host. The kernel
//! releases the locks when a process ends.
//!
//! - `postgres.turn`: locked exclusively while a process registers or unregisters.
//! - `postgres.users`: locked shared by every user. Its content says whether the last user stops Postgres: written by a process
//!   that started Postgres as its first user, erased by a server that stays.

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

/// How long another process may take to register or unregister; creating a cluster on a slow disk takes longest.
const LIMIT: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(20);
const STOP_WITH_LAST_USER: &str = "stop with the last user";

/// The exclusive lock under which a process registers or unregisters, and Postgres is started or stopped.
#[derive(Debug)]
pub struct RegistrationLock {
    _file: File,
    users: PathBuf,
}

/// A registered user of Postgres. Unregistered without a stop when it is dropped, or when the process ends.
pub struct User {
    file: File,
    users: PathBuf,
}

/// What happens to Postgres when a user is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Stop it if this is the last user and the content of `postgres.users` says so.
    AsRecorded,
    /// Stop it: now if this is the last user, else when the last user is released.
    Stop,
}

impl RegistrationLock {
    /// Waits for the lock, at most [`LIMIT`].
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

    /// Registers a user of the running Postgres. `origin` says whether this process started it.
    pub fn register(self, origin: Origin) -> anyhow::Result<User> {
        let Self { _file: _lock, users } = self;
        let failed = || format!("using {}", users.display());
        let file = open(&users)?;
        if is_alone(&file).with_context(failed)? {
            if origin == Origin::Started
                && let Err(error) = fs::write(&users, STOP_WITH_LAST_USER)
            {
                // the disk may be full: a Postgres that keeps running is better than none
                tracing::warn!(%error, "{} cannot be written", users.display());
            }
            file.unlock().with_context(failed)?;
        }
        file.lock_shared().with_context(failed)?; // does not block: the exclusive lock is only taken under the registration lock
        Ok(User { file, users })
    }
}

impl User {
    /// Records that Postgres keeps running without users.
    pub fn keep_postgres(&self) -> anyhow::Result<()> {
        self.record("")
    }

    /// Unregisters. If this was the last user and Postgres is to stop, runs `stop` while still holding the registration
    /// lock.
    pub async fn release(
        &self,
        dir: &DataDir,
        then: Then,
        stop: impl AsyncFnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let failed = || format!("unregistering from {}", self.users.display());
        let _lock = RegistrationLock::wait(dir).await?;
        self.file.unlock().with_context(failed)?;
        if !is_alone(&self.file).with_context(failed)? {
            tracing::info!("Postgres keeps running: a command still uses it");
            return if then == Then::Stop { self.record(STOP_WITH_LAST_USER) } else { Ok(()) };
        }
        self.file.unlock().with_context(failed)?; // the registration lock keeps other processes out
        if then == Then::Stop || fs::read_to_string(&self.users).with_context(failed)? == STOP_WITH_LAST_USER
        {
            stop().await?;
            self.keep_postgres()?;
        }
        Ok(())
    }

    fn record(&self, policy: &str) -> anyhow::Result<()> {
        fs::write(&self.users, policy).with_context(|| format!("writing {}", self.users.display()))
    }
}

/// Whether there is no other user. If so, the file is locked exclusively.
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
