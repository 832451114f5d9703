//! Acts on folders.

use std::io::{self, ErrorKind};
use std::path::Path;

use tokio::fs::{self, File};

/// Only this user can enter.
const PRIVATE: u32 = 0o700;

/// Removes a folder and what is in it. Absent is success.
pub async fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder and those above it, closed to other users.
pub async fn make_private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(PRIVATE).create(folder).await
}

/// Makes the entries of a folder survive a crash of the machine.
pub async fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}
