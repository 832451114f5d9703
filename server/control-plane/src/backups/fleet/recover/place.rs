//! The files of a recovery: unpacked beside, moved into the data directory by renames. All of this blocks.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use model::{Problem, ProblemKind};

use crate::Result;
use crate::backups::archive::PartRole;

/// Where files are unpacked.
const STAGED: &str = ".recovering";
/// Where files go that have no place in a data directory: settings, schema files, files that settings name.
const RECOVERED: &str = "recovered";

/// An empty folder for the files. What an earlier attempt has moved into place stays there.
pub(super) fn begin(data_dir: &Path) -> Result<()> {
    let staged = data_dir.join(STAGED);
    let made = remove(&staged).and_then(|()| private_folder(&staged.join(RECOVERED)));
    made.map_err(|error| fault(&staged, &error))
}

/// Unpacks a part. Nothing is written outside of the folder.
pub(super) fn unpack(role: PartRole, source: &mut dyn Read, data_dir: &Path) -> io::Result<()> {
    let staged = data_dir.join(STAGED);
    let into = match role {
        PartRole::Secrets => staged,
        PartRole::Schemas => staged.join(RECOVERED).join("schemas"),
        _ => {
            let mut file = fs::File::create(staged.join(RECOVERED).join(role.file()))?;
            return io::copy(source, &mut file).map(drop);
        }
    };
    private_folder(&into)?;
    let mut tar = tar::Archive::new(source);
    tar.set_preserve_permissions(true);
    tar.set_preserve_ownerships(false); // the users of another machine
    tar.unpack(&into)
}

/// Moves every file and folder into place that is not there yet.
pub(super) fn put(data_dir: &Path) -> Result<()> {
    let staged = data_dir.join(STAGED);
    let moved = || {
        for entry in fs::read_dir(&staged)? {
            let entry = entry?;
            let target = data_dir.join(entry.file_name());
            if is_empty_folder(&target)? {
                fs::remove_dir(&target)?;
            }
            if !target.try_exists()? {
                fs::rename(entry.path(), &target)?;
            }
        }
        fs::File::open(data_dir)?.sync_all()?;
        remove(&staged)
    };
    moved().map_err(|error| fault(&staged, &error))
}

fn is_empty_folder(path: &Path) -> io::Result<bool> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(error),
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

fn remove(path: &PathBuf) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn fault(path: &Path, error: &io::Error) -> crate::Error {
    let detail = format!("{}: {error}. Correct that and run the same command again.", path.display());
    Problem::new(ProblemKind::Refused, "The files cannot be put in their place", detail).into()
}
