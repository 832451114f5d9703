//! The operating system's user that Postgres runs as.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, Uid, User};

use super::error::ClusterError;

/// The user that Postgres runs as if we are root and the folder has no owner yet.
const USUAL: &str = "postgres";

/// The operating system's user that Postgres runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name, or its uid if it has none.
    pub name: String,
    uid: u32,
    gid: u32,
    /// Whether we are root and switch to it.
    switch: bool,
}

impl Account {
    /// The user of a cluster: ourselves, unless we are root; then the owner of the folder, else the user `postgres`.
    pub fn for_folder(folder: &Path) -> Result<Self, ClusterError> {
        let us = Uid::effective();
        if !us.is_root() {
            return Ok(Self::of(us, Gid::effective(), false));
        }
        match folder.metadata() {
            Ok(owned) if owned.uid() != 0 => {
                Ok(Self::of(Uid::from_raw(owned.uid()), Gid::from_raw(owned.gid()), true))
            }
            _ => match User::from_name(USUAL) {
                Ok(Some(user)) => Ok(Self::of(user.uid, user.gid, true)),
                _ => Err(ClusterError::NoAccount { folder: folder.to_owned(), wanted: USUAL.into() }),
            },
        }
    }

    fn of(uid: Uid, gid: Gid, switch: bool) -> Self {
        let name = User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name);
        Self { name, uid: uid.as_raw(), gid: gid.as_raw(), switch }
    }

    /// User and group to switch to; `None` if we are that user.
    pub(crate) fn switch(&self) -> Option<(u32, u32)> {
        self.switch.then_some((self.uid, self.gid))
    }

    /// Whether it owns a file.
    pub(crate) fn owns(&self, of: &Metadata) -> bool {
        of.uid() == self.uid
    }

    /// Changes the owner of a file to it.
    pub(crate) fn give(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.switch {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid))
            .map_err(ClusterError::file("giving Postgres' user the file", path))
    }

    /// Fails with the first folder above `path` that the account may not enter.
    pub(crate) fn can_reach(&self, path: &Path) -> Result<(), ClusterError> {
        let mut above: Vec<&Path> = path.ancestors().skip(1).filter(|folder| folder.is_absolute()).collect();
        above.reverse();
        for folder in above {
            let Ok(metadata) = folder.metadata() else { continue };
            if !self.may_enter(&metadata) {
                let (path, closed) = (path.to_owned(), PathBuf::from(folder));
                let mode = metadata.permissions().mode() & 0o7777;
                return Err(ClusterError::Closed { path, closed, mode, account: self.name.clone() });
            }
        }
        Ok(())
    }

    /// Judges by the mode and the user's primary group only: a process that root starts for another user has no further
    /// groups.
    fn may_enter(&self, folder: &Metadata) -> bool {
        let mode = folder.permissions().mode();
        if self.uid == 0 {
            return true;
        }
        if folder.uid() == self.uid {
            mode & 0o100 != 0
        } else if folder.gid() == self.gid {
            mode & 0o010 != 0
        } else {
            mode & 0o001 != 0
        }
    }
}
