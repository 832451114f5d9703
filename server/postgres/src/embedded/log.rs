//! The server's log: one growing file and its predecessor.
//!
//! The logging collector of Postgres bounds the size of a file but not their number, and would split the messages of a
//! failed start over two places. The server only appends to its log, so rotation copies the file and truncates it.
//! Lines printed between the two are lost.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use super::Cluster;
use super::error::ClusterError;
use super::folder::Folder;

#[cfg(test)]
mod tests;

/// Size in bytes from which the log is rotated.
const LARGEST: u64 = 10_000_000;

impl Cluster {
    /// Rotates the log if it is too large; the server keeps running. Call it periodically.
    pub async fn rotate_log(&self) -> Result<(), ClusterError> {
        let folder = self.folder.clone();
        let rotated = tokio::task::spawn_blocking(move || rotate(&folder)).await;
        rotated.unwrap_or_else(|error| {
            Err(ClusterError::file("putting aside", self.log_file())(io::Error::other(error)))
        })
    }
}

/// Its size.
pub fn size(folder: &Folder) -> u64 {
    folder.log().metadata().map(|metadata| metadata.len()).unwrap_or_default()
}

/// What the server has printed since its log had that size.
pub fn since(folder: &Folder, before: u64) -> String {
    let log = fs::read(folder.log()).unwrap_or_default();
    let fresh = usize::try_from(before).ok().and_then(|before| log.get(before..)).unwrap_or_default();
    String::from_utf8_lossy(fresh).trim().to_owned()
}

/// Rotates the log if it is too large; the former predecessor is replaced.
pub fn rotate(folder: &Folder) -> Result<(), ClusterError> {
    if size(folder) < LARGEST {
        return Ok(());
    }
    let log = folder.log();
    let before = put_aside(&log).map_err(ClusterError::file("putting aside", &log))?;
    folder.account.give(&before)
}

/// The folder belongs to Postgres' user and we may be root, so symbolic links in it are not followed.
fn put_aside(log: &Path) -> io::Result<PathBuf> {
    let before = log.with_extension("log.1");
    let mut grown =
        File::options().read(true).write(true).custom_flags(OFlag::O_NOFOLLOW.bits()).open(log)?;
    match fs::remove_file(&before) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut copy = File::options().write(true).create_new(true).mode(0o600).open(&before)?;
    io::copy(&mut grown, &mut copy)?;
    grown.set_len(0)?;
    Ok(before)
}
