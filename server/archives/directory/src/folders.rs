//! Acts on whole folders.

use std::io::{self, ErrorKind};
use std::path::Path;

use control_plane::ports::archive_store::PartName;
use model::ByteSize;
use tokio::fs::{self, File};

/// Only this user can enter.
const PRIVATE: u32 = 0o700;

/// Makes a folder and those above it, closed to other users.
pub async fn make_private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(PRIVATE).create(folder).await
}

/// Makes the entries of a folder survive a crash of the machine.
pub async fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}

/// Removes a folder and what is in it. Absent is success.
pub async fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The names of the folders in a folder; none where it is absent.
pub async fn folders(parent: &Path) -> io::Result<Vec<String>> {
    let mut entries = match fs::read_dir(parent).await {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_type().await?.is_dir() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    Ok(names)
}

/// The parts in a folder, by name.
pub async fn files(folder: &Path) -> io::Result<Vec<(PartName, ByteSize)>> {
    let mut entries = fs::read_dir(folder).await?;
    let mut parts = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().into_string().ok().and_then(|name| name.parse().ok());
        if let Some(name) = name {
            parts.push((name, ByteSize::new(entry.metadata().await?.len())));
        }
    }
    parts.sort();
    Ok(parts)
}
