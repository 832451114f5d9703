//! A disk without space: a small file system in memory, mounted in a mount namespace of a second run of the test. Without root the
//! namespace is one of a user namespace.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use archives_directory::DirectoryArchives;
use control_plane::ports::archive_store::{ArchiveError, ArchiveStore as _};
use control_plane::testing::conformance::archive_store::{archive, complete, large, text, write};
use nix::unistd::geteuid;

use crate::support::{again, given};

/// Runs the test once more where it may mount; `true` in the second run, in which the folder is a disk of 4 MiB.
fn is_on_a_small_disk(test: &str) -> bool {
    if let Some(folder) = given() {
        let options = ["-t", "tmpfs", "-o", "size=4m,mode=0755", "tmpfs"];
        let mounted = Command::new("mount").args(options).arg(&folder).status().unwrap();
        assert!(mounted.success(), "a namespace of one's own allows to mount");
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let wrapper: &[&str] = if geteuid().is_root() {
        &["unshare", "--mount", "--propagation", "private"]
    } else {
        &["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]
    };
    let ended = again(test, folder.path(), wrapper).status();
    assert!(
        ended.is_ok_and(|status| status.success()),
        "it failed (above), or this user can make no mount namespace: run it as root, or permit user namespaces"
    );
    false
}

/// Takes all space.
fn fill(folder: &Path) {
    let mut file = fs::File::create(folder.join("filler")).unwrap();
    for size in [65_536, 4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[tokio::test]
async fn a_full_disk_is_said_so_and_nothing_incomplete_is_visible() {
    if !is_on_a_small_disk("full::a_full_disk_is_said_so_and_nothing_incomplete_is_visible") {
        return;
    }
    let store = DirectoryArchives::new(given().unwrap().join("backups"));
    let shop = archive("shop", 1);
    let mut writer = store.create(&shop).await.unwrap();
    let error = write(&mut *writer, "database.dump", &[large()]).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Full { .. }), "{error:?}");
    assert_eq!(store.list().await.unwrap(), []);
    writer.abort().await.unwrap();
    complete(&store, &shop).await.unwrap();
    assert_eq!(store.list().await.unwrap(), [shop], "an abort makes room");
}

#[tokio::test]
async fn a_seal_that_was_not_written_makes_nothing_visible() {
    if !is_on_a_small_disk("full::a_seal_that_was_not_written_makes_nothing_visible") {
        return;
    }
    let disk = given().unwrap();
    let store = DirectoryArchives::new(disk.join("backups"));
    let shop = archive("shop", 1);
    let mut writer = store.create(&shop).await.unwrap();
    write(&mut *writer, "database.dump", &[text("content")]).await.unwrap();
    fill(&disk);
    let error = writer.complete(text("sums")).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Full { .. }), "{error:?}");
    assert_eq!((store.list().await.unwrap(), store.parts(&shop).await.unwrap()), (vec![], None));
    assert!(matches!(store.probe().await, Err(ArchiveError::Full { .. })));
    fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(
        fs::read_dir(disk.join("backups/.staged")).unwrap().count(),
        1,
        "a failed probe leaves no file"
    );
    complete(&store, &shop).await.unwrap();
    assert_eq!(store.list().await.unwrap(), [shop]);
}
