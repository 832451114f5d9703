//! Folders that this user may not enter or write. Root is refused nothing, so the threads of these tests act as another user.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::fs;
use std::future::Future;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use archives_directory::DirectoryArchives;
use control_plane::ports::Failure as _;
use control_plane::ports::archive_store::{ArchiveError, ArchiveStore as _};
use control_plane::testing::conformance::archive_store::archive;
use nix::unistd::{Gid, Uid, geteuid, setfsgid, setfsuid};

/// The user who owns nothing.
const NOBODY: u32 = 65_534;

/// Runs this on threads whose accesses to files are those of an ordinary user.
fn as_ordinary_user<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let begin = || {
        if geteuid().is_root() {
            setfsgid(Gid::from_raw(NOBODY));
            setfsuid(Uid::from_raw(NOBODY));
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .on_thread_start(begin)
        .build();
    let runtime = runtime.unwrap();
    let task = runtime.spawn(work);
    runtime.block_on(task).unwrap()
}

fn set_mode(folder: &Path, mode: u32) {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_is_denied() {
    let home = tempfile::tempdir().unwrap();
    set_mode(home.path(), 0o555);
    let store = DirectoryArchives::new(home.path().join("backups"));
    let place = store.place();
    let [probed, created] = as_ordinary_user(async move {
        [store.probe().await.err(), store.create(&archive("shop", 1)).await.err()].map(Option::unwrap)
    });
    for error in [probed, created] {
        assert!(matches!(error, ArchiveError::Denied { .. }) && !error.is_transient(), "{error:?}");
        let problem = error.problem();
        assert!(
            problem.detail.contains(&place) && problem.detail.contains("Permission denied"),
            "{problem:?}"
        );
    }
    set_mode(home.path(), 0o755);
}

#[test]
fn an_archive_that_may_not_be_read_is_denied_and_not_absent() {
    let home = tempfile::tempdir().unwrap();
    set_mode(home.path(), 0o755);
    let closed = home.path().join("shop");
    fs::create_dir(&closed).unwrap();
    set_mode(&closed, 0o000);
    let store = DirectoryArchives::new(home.path().to_owned());
    let errors = as_ordinary_user(async move {
        let shop = archive("shop", 1);
        let read = store.read(&shop, &"database.dump".parse().unwrap(), 0).await.err();
        [store.list().await.err(), store.parts(&shop).await.err(), read].map(Option::unwrap)
    });
    for error in errors {
        assert!(matches!(error, ArchiveError::Denied { .. }), "{error:?}");
    }
    set_mode(&closed, 0o755);
}

#[test]
fn a_closed_folder_that_is_none_of_ours_hides_no_archive() {
    let home = tempfile::tempdir().unwrap();
    set_mode(home.path(), 0o755);
    let archives = home.path().join(archive("shop", 1).to_string());
    fs::create_dir_all(&archives).unwrap();
    fs::write(archives.join("SHA256SUMS"), "sums").unwrap();
    let closed = home.path().join("lost+found");
    fs::create_dir(&closed).unwrap();
    set_mode(&closed, 0o000);
    let store = DirectoryArchives::new(home.path().to_owned());
    let listed = as_ordinary_user(async move { store.list().await });
    assert_eq!(listed.unwrap(), [archive("shop", 1)], "a mount has a folder lost+found");
    set_mode(&closed, 0o755);
}
