//! The run folder of one instance.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use control_plane::ports::driver::DriverError;
use keeper::record::Record;
use model::InstanceKey;

use crate::fault::{away, storage};

/// Where everything about one instance lies. The folder itself may be absent.
#[derive(Debug, Clone)]
pub(crate) struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    pub(crate) fn new(root: &Path, key: &InstanceKey) -> Self {
        Self { path: root.join(key.to_string()) }
    }

    /// The folders below the root that belong to an instance, in the order of their keys; none when there is no root.
    pub(crate) fn all(root: &Path) -> io::Result<Vec<(InstanceKey, Self)>> {
        let entries = match fs::read_dir(root) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        let mut folders = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            let key = name.into_string().ok().and_then(|name| InstanceKey::try_from(name).ok());
            folders.extend(key.map(|key| (key.clone(), Self::new(root, &key))));
        }
        folders.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(folders)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The working folder of the instance.
    pub(crate) fn home(&self) -> PathBuf {
        self.path.join("home")
    }

    /// What a keeper last wrote; `None` when nothing was ever started.
    pub(crate) fn record(&self) -> Result<Option<Record>, DriverError> {
        Record::read(&self.path).map_err(away("reading the record of the instance"))
    }

    /// Makes the folder and the instance's own, for nobody else to enter.
    pub(crate) fn create(&self) -> Result<(), DriverError> {
        create(&self.home())
    }

    /// Removes it with everything in it; absent is fine.
    pub(crate) fn remove(&self) -> Result<(), DriverError> {
        match fs::remove_dir_all(&self.path) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(storage(&self.path)(fault)),
            _ => Ok(()),
        }
    }
}

/// Makes a folder with its parents; those that it makes are closed to others.
pub(crate) fn create(path: &Path) -> Result<(), DriverError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(storage(path))
}
