//! The files that are sealed to the recovery key, as a tar file.
//!
//! Files of the secret store are never changed, only added and deleted, so a file that is gone meanwhile was deleted after the
//! snapshot of the registry and is left out. All of this blocks; call it on a thread that may.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Not part of a store: files that are being written.
const TEMPORARY: &str = ".tmp";

/// Writes a tar file with these files and folders under these names. Absent ones are left out.
pub(super) fn pack(entries: &[(String, PathBuf)], out: &mut dyn Write) -> io::Result<()> {
    let mut tar = tar::Builder::new(out);
    tar.follow_symlinks(false);
    for (name, path) in entries {
        append(&mut tar, Path::new(name), path)?;
    }
    tar.finish()
}

fn append(tar: &mut tar::Builder<&mut dyn Write>, name: &Path, path: &Path) -> io::Result<()> {
    let Some(found) = unless_gone(fs::symlink_metadata(path))? else { return Ok(()) };
    if found.is_file() {
        let Some(mut file) = unless_gone(fs::File::open(path))? else { return Ok(()) };
        return tar.append_file(name, &mut file);
    }
    if !found.is_dir() {
        return Ok(()); // sockets of running programs
    }
    tar.append_dir(name, path)?;
    let Some(entries) = unless_gone(fs::read_dir(path))? else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() != TEMPORARY {
            append(tar, &name.join(entry.file_name()), &entry.path())?;
        }
    }
    Ok(())
}

fn unless_gone<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}
