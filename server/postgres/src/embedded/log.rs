//! The server's log: a file that grows, and the one before it.
//!
//! Postgres' own collector bounds the size of a file, but not how many there are, and what a server says when it cannot
//! start would be in two places. The server only ever appends to its log, so the file is copied and emptied under it; what
//! it prints between the two is lost.

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

/// A log that is larger takes the place of the one before.
const LARGEST: u64 = 10_000_000;

impl Cluster {
    /// Puts the log aside when it has grown large; the server runs on. To be called now and then.
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

/// What the server printed since its log had that size.
pub fn since(folder: &Folder, before: u64) -> String {
    let log = fs::read(folder.log()).unwrap_or_default();
    let fresh = usize::try_from(before).ok().and_then(|before| log.get(before..)).unwrap_or_default();
    String::from_utf8_lossy(fresh).trim().to_owned()
}

/// Puts it aside when it has grown large, in the place of the one before.
pub fn rotate(folder: &Folder) -> Result<(), ClusterError> {
    if size(folder) < LARGEST {
        return Ok(());
    }
    let log = folder.log();
    let before = put_aside(&log).map_err(ClusterError::file("putting aside", &log))?;
    folder.account.give(&before)
}

/// The folder belongs to Postgres' user and we may be root: no link in it is followed.
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
