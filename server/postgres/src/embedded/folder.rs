//! What lies where in the cluster's folder, who owns it, and one user of it at a time.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::account::Account;
use super::error::ClusterError;
use super::{PORT, program};

/// The longest path of a socket, without the NUL that ends it.
const LONGEST_SOCKET: usize = 107;
/// Everybody may pass: who runs an instance must get to the socket. Nobody may look round.
const PASSABLE: u32 = 0o711;

/// The cluster's folder.
#[derive(Debug, Clone)]
pub struct Folder {
    pub home: PathBuf,
    pub account: Account,
}

/// The major version of the cluster in a folder; `None` when there is none.
pub fn major_of(home: &Path) -> Option<u32> {
    fs::read_to_string(home.join("data/PG_VERSION")).ok()?.trim().parse().ok()
}

impl Folder {
    /// Makes the folder where it is absent, and says who may not pass where.
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

    /// Waits until nobody else starts or stops this cluster; the lock ends with the file that is returned.
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

    /// A folder for the socket that everybody can get to and whose path is short enough: in our own folder, else in
    /// the machine's, under a name that is the same at every start.
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
        // we are root: instances may run as anybody
        let for_everybody = self.account.switch().is_some();
        let closed = folder.ancestors().skip(1).find(|above| for_everybody && !passable(above));
        if let Some(closed) = closed {
            return Err(format!("{} is closed to other users", closed.display()));
        }
        self.make(folder).map_err(|error| error.to_string())
    }

    /// Makes a folder the account's own. Where it is already, it must be: in a folder of everybody, anybody can have
    /// made it.
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
