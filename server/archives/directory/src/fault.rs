//! From an error of the file system to that of the port.

use std::io::{Error, ErrorKind};
use std::path::Path;

use control_plane::ports::archive_store::ArchiveError;

/// An act on a folder.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    pub doing: &'static str,
    pub root: &'a Path,
}

impl Act<'_> {
    pub fn failed(self, error: &Error) -> ArchiveError {
        let (doing, place) = (self.doing, place(self.root));
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ArchiveError::Full { doing, place },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                ArchiveError::Denied { doing, place, reason: error.to_string() }
            }
            _ => ArchiveError::Away { doing, place, reason: error.to_string() },
        }
    }
}

/// The folder, for people.
pub fn place(root: &Path) -> String {
    format!("the folder {}", root.display())
}
