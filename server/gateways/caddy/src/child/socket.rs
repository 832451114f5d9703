//! The socket of the admin API. Only its owner can open it, because it can change every route.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::error::ChildError;

const NAME: &str = "admin.sock";
/// The path of a unix socket has at most 107 bytes on Linux.
const LONGEST: usize = 107;
/// Accessible to the owner only.
const CLOSED: u32 = 0o700;

/// The socket of the child with files in `folder`: there, or, if the path would be too long, in a closed temporary
/// folder whose name is the same at every start. Creates the folder.
pub(super) fn ensure(folder: &Path) -> Result<PathBuf, ChildError> {
    let place = place(folder)?;
    match place.parent() {
        Some(above) if above != folder => make(above)?,
        _ => {}
    }
    Ok(place)
}

/// Removes the socket, and its own folder if it has one. Absent is success.
pub(super) fn remove(folder: &Path) {
    let Ok(place) = place(folder) else { return };
    let mut removed = fs::remove_file(&place);
    match place.parent() {
        Some(above) if above != folder => removed = fs::remove_dir(above).and(removed),
        _ => {}
    }
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, socket = %place.display(), "the socket of an ended gateway stays behind");
        }
        _ => {}
    }
}

fn place(folder: &Path) -> Result<PathBuf, ChildError> {
    let inside = folder.join(NAME);
    if inside.as_os_str().len() <= LONGEST {
        return Ok(inside);
    }
    let found = folder.metadata().map_err(failed("looking at", folder))?;
    let base = if geteuid().is_root() { "/run" } else { "/tmp" };
    Ok(Path::new(base).join(format!("atomo-fleet-caddy-{:x}-{:x}", found.dev(), found.ino())).join(NAME))
}

/// Creates a folder, or checks that an existing one is ours: any user can create folders below `/tmp`.
fn make(folder: &Path) -> Result<(), ChildError> {
    match DirBuilder::new().mode(CLOSED).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(failed("making the folder", folder)(error));
        }
        _ => {}
    }
    let found = folder.symlink_metadata().map_err(failed("looking at", folder))?;
    if !is_ours(&found) {
        let reason = Error::other(
            "it is no folder of ours; remove it, or choose a data directory with a shorter path",
        );
        return Err(failed("using", folder)(reason));
    }
    fs::set_permissions(folder, Permissions::from_mode(CLOSED)).map_err(failed("closing the folder", folder))
}

fn is_ours(found: &Metadata) -> bool {
    found.is_dir() && found.uid() == geteuid().as_raw()
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(Error) -> ChildError {
    move |source| ChildError::Folder { doing, path: path.to_owned(), source }
}
