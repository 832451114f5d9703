//! The data directory: created if it is missing, used by one server at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// The data directory.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

/// Held while a server uses the data directory. The kernel releases it when the process ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, never read")] Flock<File>);

impl DataDir {
    /// Opens or creates it. Every user can enter it, because Postgres runs as another user if we are root; its entries
    /// have modes of their own.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o755)
                .create(path)
                .with_context(|| format!("ATOMO_FLEET_DATA_DIR = {}: making it", path.display()))?;
        }
        if let Err(error) = fs::read_dir(path) {
            let (place, mode) = closed(path);
            bail!(
                "ATOMO_FLEET_DATA_DIR = {}: {error}. {} has mode {mode:o}; this user cannot enter it",
                path.display(),
                place.display()
            );
        }
        Ok(Self(path.to_owned()))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A folder or file in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Locks it for this process; fails with the pid of the present holder.
    pub fn lock(&self) -> anyhow::Result<Lock> {
        let path = self.join("lock");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("opening {}", path.display()))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut file) => {
                file.set_len(0)
                    .and_then(|()| write!(file, "{}", std::process::id()))
                    .context("writing the lock")?;
                Ok(Lock(file))
            }
            Err((mut file, Errno::EWOULDBLOCK)) => {
                let mut pid = String::new();
                file.rewind().and_then(|()| file.read_to_string(&mut pid)).context("reading the lock")?;
                bail!(
                    "{} is in use by the server with pid {}; stop that one first",
                    self.0.display(),
                    pid.trim()
                )
            }
            Err((_, error)) => bail!("locking {}: {error}", path.display()),
        }
    }
}

/// The outermost parent folder that this user cannot enter, with its mode.
fn closed(path: &Path) -> (PathBuf, u32) {
    let mut ancestors: Vec<&Path> = path.ancestors().collect();
    ancestors.reverse();
    let shut = ancestors.into_iter().find(|place| fs::read_dir(place).is_err()).unwrap_or(path);
    let mode = fs::metadata(shut).map_or(0, |data| data.permissions().mode() & 0o7777);
    (shut.to_owned(), mode)
}
