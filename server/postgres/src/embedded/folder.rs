//! Layout and ownership of the cluster's folder, and its lock.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::account::Account;
use super::error::ClusterError;
use super::{PORT, program};

/// Maximum length of a socket path, without the terminating NUL.
const LONGEST_SOCKET: usize = 107;
/// Every user can pass, to reach the socket, but not list.
const PASSABLE: u32 = 0o711;

/// The cluster's folder.
#[derive(Debug, Clone)]
pub struct Folder {
    pub home: PathBuf,
    pub account: Account,
}

/// The major version of the cluster in a folder; `None` if there is none.
pub fn major_of(home: &Path) -> Option<u32> {
    fs::read_to_string(home.join("data/PG_VERSION")).ok()?.trim().parse().ok()
}

impl Folder {
    /// Creates the folder if it is absent, and checks that Postgres' user can enter it.
    pub fn prepare(home: &Path) -> Result<Self, ClusterError> {
        fs::create_dir_all(home).map_err(ClusterError::file("making the folder", home))?;
        let home = home.canonicalize().map_err(ClusterError::file("finding the folder", home))?;
        program::shell_safe(&home)?;
        let account = Account::for_folder(&home)?;
        let folder = Self { home, account };
        folder.account.can_reach(&folder.data())?;
        folder.make(&folder.home)?;
        Ok(folder)
    }

    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub fn log(&self) -> PathBuf {
        self.home.join("server.log")
    }

    /// The password of a role.
    pub fn password(&self, role: &str) -> PathBuf {
        self.home.join(format!("{role}.password"))
    }

    /// Locks the cluster against other starts and stops. The lock ends when the returned file is dropped.
    pub async fn lock(&self, limit: Duration) -> Result<File, ClusterError> {
        let path = self.home.join("lock");
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(ClusterError::file("opening", &path))?;
        let deadline = Instant::now() + limit;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(source)) => return Err(ClusterError::file("locking", path)(source)),
                Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                    return Err(ClusterError::Busy { path: self.home.clone(), limit });
                }
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// A folder for the socket that every user can reach and whose path is short enough: in the cluster's folder, else
    /// in the machine's temporary folder, under a name that is the same at every start.
    pub fn socket_folder(&self) -> Result<PathBuf, ClusterError> {
        let mut tried = Vec::new();
        for candidate in self.socket_folders()? {
            match self.check_socket_folder(&candidate) {
                Ok(()) => return Ok(candidate),
                Err(reason) => tried.push(format!("{}: {reason}", candidate.display())),
            }
        }
        Err(ClusterError::NoSocketFolder { tried })
    }

    fn socket_folders(&self) -> Result<Vec<PathBuf>, ClusterError> {
        let home = self.home.metadata().map_err(ClusterError::file("looking at", &self.home))?;
        let short = format!("atomo-fleet-{:x}-{:x}", home.dev(), home.ino());
        let mut all = vec![self.home.join("run")];
        if self.account.switch().is_some() {
            all.push(Path::new("/run").join(&short));
        }
        all.push(Path::new("/tmp").join(&short));
        Ok(all)
    }

    fn check_socket_folder(&self, folder: &Path) -> Result<(), String> {
        let socket = folder.join(format!(".s.PGSQL.{PORT}"));
        if socket.as_os_str().len() > LONGEST_SOCKET {
            return Err(format!("a socket's path has at most {LONGEST_SOCKET} bytes"));
        }
        // as root: instances may run as any user
        let for_everybody = self.account.switch().is_some();
        let closed = folder.ancestors().skip(1).find(|above| for_everybody && !passable(above));
        if let Some(closed) = closed {
            return Err(format!("{} is closed to other users", closed.display()));
        }
        self.make(folder).map_err(|error| error.to_string())
    }

    /// Creates a folder owned by the account. If it exists, it must be owned by it: in a folder that every user can
    /// write, any user could have created it.
    fn make(&self, folder: &Path) -> Result<(), ClusterError> {
        match DirBuilder::new().mode(PASSABLE).create(folder) {
            Ok(()) => self.account.give(folder)?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(ClusterError::file("making the folder", folder)(error)),
        }
        let looking = ClusterError::file("looking at", folder);
        let found = folder.symlink_metadata().map_err(looking)?;
        let ours = found.is_dir() && (self.account.owns(&found) || found.uid() == 0);
        if !ours {
            let what = std::io::Error::other(format!("it is no folder of user {}", self.account.name));
            return Err(ClusterError::file("using", folder)(what));
        }
        self.account.give(folder)?;
        let mode = Permissions::from_mode(PASSABLE);
        fs::set_permissions(folder, mode).map_err(ClusterError::file("setting the mode of", folder))
    }
}

fn passable(folder: &Path) -> bool {
    folder.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0)
}
