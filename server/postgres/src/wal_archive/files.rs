//! Acts on files that are repeated here.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use control_plane::ports::wal_archive::WalArchiveError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Result;
use crate::embedded::Account;

/// Runs file work in a thread of its own.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let joined = tokio::task::spawn_blocking(work).await;
    joined.unwrap_or_else(|error| {
        Err(WalArchiveError::Unusable { reason: format!("a thread of the archive ended: {error}") })
    })
}

/// Makes a folder that only the account can enter. One that exists is success.
pub fn make(path: &Path, account: &Account) -> Result<()> {
    let failed = || WalArchiveError::file("making the folder", path);
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.give(path).map_err(|error| failed()(io::Error::other(error.to_string()))),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed()(error)),
    }
}

/// Removes a folder with everything in it. Absent is success.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(WalArchiveError::file("removing", path)(error))
        }
        _ => Ok(()),
    }
}

/// The names in a folder, in order. Absent is empty.
pub fn names(path: &Path) -> Result<Vec<OsString>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(WalArchiveError::file("reading", path)(error)),
    };
    let mut names: Vec<OsString> =
        entries.filter_map(std::result::Result::ok).map(|entry| entry.file_name()).collect();
    names.sort();
    Ok(names)
}

/// The folders in a folder, in the order of their names.
pub fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    Ok(names(path)?.into_iter().map(|name| path.join(name)).filter(|path| path.is_dir()).collect())
}

/// The bytes that a folder takes on the disk. What disappears meanwhile does not count.
pub fn size(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    let one = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => metadata.blocks() * 512,
        Err(_) => 0,
    };
    entries.filter_map(std::result::Result::ok).map(one).sum()
}

/// The bytes that are free for us on the disk of a folder.
pub fn free(path: &Path) -> Result<u64> {
    let stat = nix::sys::statvfs::statvfs(path)
        .map_err(|error| WalArchiveError::file("reading the free space of", path)(error.into()))?;
    Ok(stat.blocks_available() * stat.fragment_size())
}

/// Writes a file so that its former content or the new one is there, also after a crash.
pub fn write<T: Serialize>(path: &Path, content: &T, account: &Account) -> Result<()> {
    let failed = || WalArchiveError::file("writing", path);
    let json = serde_json::to_vec_pretty(content).map_err(|error| failed()(io::Error::other(error)))?;
    let unfinished = path.with_extension("unfinished");
    let file = fs::File::create(&unfinished).map_err(failed())?;
    io::Write::write_all(&mut &file, &json).and_then(|()| file.sync_all()).map_err(failed())?;
    account.give(&unfinished).map_err(|error| failed()(io::Error::other(error.to_string())))?;
    fs::rename(&unfinished, path).map_err(failed())
}

/// Reads a file; `None` if it is absent or no such content.
pub fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
