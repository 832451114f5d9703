//! The uploads of a project in a backup: read as they were at the moment of the snapshot, and exchanged as a whole.
//!
//! All of this blocks; call it on a thread that may.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use model::{InstanceKey, OperationId, ProjectId};

use crate::Ports;
use crate::ports::driver::FileDelivery;

/// The folder of a project's uploads; `None` where they are no folder of this machine.
pub(crate) fn folder(ports: &Ports, project: &ProjectId) -> Option<PathBuf> {
    let key = InstanceKey::main(project.clone());
    ports.volumes.media(&key, FileDelivery::Folders).folder().ok().map(Path::to_path_buf)
}

/// Where the uploads of a restore wait for their place.
pub(super) fn restored(media: &Path, operation: OperationId) -> PathBuf {
    media.with_file_name(format!("media.restored-{operation}"))
}

/// Where the uploads go that a restore replaced.
pub(super) fn former(media: &Path, operation: OperationId) -> PathBuf {
    media.with_file_name(format!("media.former-{operation}"))
}

/// Links every file into a folder beside, so that a file which is deleted or replaced afterwards is still read as it was. An
/// earlier one is removed. `None` if there are no uploads.
pub(super) fn link(media: &Path) -> io::Result<Option<PathBuf>> {
    let linked = media.with_file_name("media.backup");
    remove(&linked)?;
    match fs::symlink_metadata(media) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    link_folder(media, &linked)?;
    Ok(Some(linked))
}

/// A file that is gone before it was linked was deleted before the snapshot was complete.
fn link_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let linked = if entry.file_type()?.is_dir() {
            link_folder(&source, &target)
        } else {
            link_file(&source, &target)
        };
        match linked {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            linked => linked?,
        }
    }
    Ok(())
}

/// Copies where the file system has no hard links.
fn link_file(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::Unsupported | ErrorKind::CrossesDevices
            ) =>
        {
            fs::copy(from, to).map(drop)
        }
        linked => linked,
    }
}

/// Copies every file into a new folder; an earlier one is removed. Ends early with an error once `stop` says so. Returns how many
/// files there were; none if there are no uploads.
pub(crate) fn copy(from: &Path, to: &Path, stop: &dyn Fn() -> bool) -> io::Result<u64> {
    remove(to)?;
    fs::DirBuilder::new().mode(0o700).recursive(true).create(to)?;
    match fs::symlink_metadata(from) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        found => found?,
    };
    copy_folder(from, to, stop)
}

/// Symbolic links and special files are no uploads. A file that is gone by now was deleted meanwhile.
fn copy_folder(from: &Path, to: &Path, stop: &dyn Fn() -> bool) -> io::Result<u64> {
    let mut files = 0;
    for entry in fs::read_dir(from)? {
        if stop() {
            return Err(ErrorKind::Interrupted.into());
        }
        let entry = entry?;
        let (kind, source, target) = (entry.file_type()?, entry.path(), to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir(&target)?;
            files += copy_folder(&source, &target, stop)?;
            fs::set_permissions(&target, fs::metadata(&source)?.permissions())?;
        } else if kind.is_file() {
            match copy_file(&source, &target) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                copied => {
                    copied?;
                    files += 1;
                }
            }
        }
    }
    Ok(files)
}

/// With its mode and its owner, where we may set that.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let found = fs::metadata(from)?;
    match std::os::unix::fs::chown(to, Some(found.uid()), Some(found.gid())) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        owned => owned,
    }
}

/// Writes a tar file with everything in the folder.
pub(super) fn pack(folder: Option<&Path>, out: &mut dyn Write) -> io::Result<()> {
    let mut tar = tar::Builder::new(out);
    tar.follow_symlinks(false);
    if let Some(folder) = folder {
        tar.append_dir_all(".", folder)?;
    }
    tar.finish()
}

/// Unpacks a tar file into an empty folder. Nothing is written outside of it.
pub(super) fn unpack(source: &mut dyn Read, into: &Path) -> io::Result<()> {
    remove(into)?;
    fs::DirBuilder::new().mode(0o700).recursive(true).create(into)?;
    let mut tar = tar::Archive::new(source);
    tar.set_preserve_ownerships(nix::unistd::geteuid().is_root());
    tar.set_preserve_permissions(true);
    tar.unpack(into)
}

/// Puts `next` in the place of the uploads, which go to `former`. Repeated after a crash at any place, it completes.
pub(super) fn swap(media: &Path, next: &Path, former: &Path) -> io::Result<()> {
    if !next.try_exists()? {
        return Ok(()); // done before
    }
    if media.try_exists()? && !former.try_exists()? {
        fs::rename(media, former)?;
    }
    fs::rename(next, media)
}

/// Removes a folder. Absent is success.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
