//! Reads a file below an allowed folder. No link below that folder is followed, so a link cannot lead out of it.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path};

use model::{CommitSha, VolumePath};
use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::folders::VolumeFolders;
use crate::ports::schema_source::MAX_SCHEMA_BYTES;

/// Hex digits of a SHA-256 that name a content.
const DIGITS: usize = 40;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRead {
    pub(crate) text: String,
    /// The first 40 hex digits of its SHA-256.
    pub(crate) content: CommitSha,
    /// The SHA-256 of the text, in hex.
    pub(crate) sha256: String,
    /// When it was changed last.
    pub(crate) modified_at: Option<OffsetDateTime>,
    /// What the file system said of it; the same before and after the read.
    pub(crate) stat: FileStat,
}

/// What tells a changed file from an unchanged one without a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileStat {
    inode: u64,
    bytes: u64,
    seconds: i64,
    nanoseconds: i64,
}

/// Why a file cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileFault {
    /// No setting allows the folder; with the folders that are allowed.
    Outside(String),
    /// There is none.
    Missing,
    /// It, or a folder on the way to it, is a link or something else.
    NoPlainFile,
    /// It has more bytes than a schema file may have.
    TooLarge(u64),
    /// It is no text.
    NotUtf8,
    /// It was changed while it was read.
    Changing,
    /// The operating system refused.
    Io(String),
}

impl FileFault {
    /// What happened, as a sentence.
    pub(crate) fn sentence(&self, path: &VolumePath) -> String {
        match self {
            Self::Outside(allowed) => {
                format!("{path} is not below an allowed folder; SCHEMA_VOLUMES allows {allowed}.")
            }
            Self::Missing => format!("There is no file {path}."),
            Self::NoPlainFile => {
                format!("{path} is no plain file, or leads through a link; links are not followed.")
            }
            Self::TooLarge(bytes) => {
                format!("{path} has {bytes} bytes; a schema has at most {MAX_SCHEMA_BYTES}.")
            }
            Self::NotUtf8 => format!("{path} is not UTF-8 text."),
            Self::Changing => format!("{path} was changed while it was read."),
            Self::Io(reason) => format!("{path} cannot be read: {reason}."),
        }
    }

    /// What would be accepted.
    pub(crate) const fn accepted(&self) -> &'static str {
        match self {
            Self::Outside(_) => {
                "a file below a folder that SCHEMA_VOLUMES names, or nothing for the project's own folder"
            }
            _ => "a plain file of UTF-8 text with at most 1 MiB that the control plane can read",
        }
    }
}

/// Reads the file.
pub(crate) fn read(folders: &VolumeFolders, path: &VolumePath) -> Result<FileRead, FileFault> {
    let file = open(folders, path)?;
    let before = stat_of(&file)?;
    if before.bytes > MAX_SCHEMA_BYTES {
        return Err(FileFault::TooLarge(before.bytes));
    }
    let mut bytes = Vec::new();
    (&file).take(MAX_SCHEMA_BYTES + 1).read_to_end(&mut bytes).map_err(|error| io_fault(&error))?;
    let after = stat_of(&file)?;
    if before != after || bytes.len() as u64 != before.bytes {
        return Err(FileFault::Changing);
    }
    let text = String::from_utf8(bytes).map_err(|_| FileFault::NotUtf8)?;
    let sha256 = hex::encode(Sha256::digest(&text));
    let content = sha256.get(..DIGITS).and_then(|digits| digits.parse().ok()).ok_or(FileFault::Changing)?;
    let modified_at = OffsetDateTime::from_unix_timestamp(after.seconds).ok();
    Ok(FileRead { text, content, sha256, modified_at, stat: after })
}

/// What the file system says of the file, without a read of its content.
pub(crate) fn stat(folders: &VolumeFolders, path: &VolumePath) -> Result<FileStat, FileFault> {
    stat_of(&open(folders, path)?)
}

fn stat_of(file: &File) -> Result<FileStat, FileFault> {
    let found = file.metadata().map_err(|error| io_fault(&error))?;
    if !found.is_file() {
        return Err(FileFault::NoPlainFile);
    }
    let (inode, bytes) = (found.ino(), found.len());
    Ok(FileStat { inode, bytes, seconds: found.mtime(), nanoseconds: found.mtime_nsec() })
}

/// Opens each part of the path below the folder in the one before it, without links. The allowed folder itself may be reached by
/// links: the operator named it.
fn open(folders: &VolumeFolders, path: &VolumePath) -> Result<File, FileFault> {
    let Some((folder, rest)) = folders.split(path) else { return Err(FileFault::Outside(allowed(folders))) };
    let mut at = File::open(folder).map_err(|error| io_fault(&error))?;
    let mut parts = rest.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else { return Err(FileFault::NoPlainFile) };
        at = open_in(&at, Path::new(name), parts.peek().is_none())?;
    }
    Ok(at)
}

fn open_in(folder: &File, name: &Path, last: bool) -> Result<File, FileFault> {
    let own = if last { OFlag::O_NONBLOCK } else { OFlag::O_DIRECTORY };
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | own;
    match openat(folder, name, flags, Mode::empty()) {
        Ok(opened) => Ok(File::from(opened)),
        Err(Errno::ENOENT) => Err(FileFault::Missing),
        Err(Errno::ELOOP | Errno::ENOTDIR | Errno::ENXIO) => Err(FileFault::NoPlainFile),
        Err(error) => Err(FileFault::Io(error.desc().to_owned())),
    }
}

fn io_fault(error: &io::Error) -> FileFault {
    match error.kind() {
        io::ErrorKind::NotFound => FileFault::Missing,
        _ => FileFault::Io(error.to_string()),
    }
}

fn allowed(folders: &VolumeFolders) -> String {
    let named: Vec<String> = folders.allowed.iter().map(|folder| folder.display().to_string()).collect();
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}
