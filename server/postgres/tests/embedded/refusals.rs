//! What cannot be, told exactly.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Uid;

use crate::support::{Place, place, places, signal};

#[tokio::test]
async fn a_cluster_of_another_major_version_is_refused_with_both() {
    let place = place().await;
    let home = &place.settings.folder;
    fs::create_dir_all(home.join("data")).unwrap();
    fs::write(home.join("data/PG_VERSION"), "9\n").unwrap();
    let (told, offered) = (place.refusal().await, place.settings.binaries.major);
    assert!(told.contains("is a cluster of Postgres 9"), "{told}");
    assert!(told.contains(&format!("holds Postgres {offered}")), "{told}");
}

#[tokio::test]
async fn a_folder_of_something_else_is_left_alone() {
    let place = place().await;
    let precious = place.data().join("precious");
    fs::create_dir_all(place.data()).unwrap();
    fs::write(&precious, "text").unwrap();
    let told = place.refusal().await;
    assert!(told.contains("no Postgres cluster") && told.contains("move it away"), "{told}");
    assert_eq!(fs::read_to_string(precious).unwrap(), "text");
}

#[tokio::test]
async fn a_closed_folder_above_is_named_with_its_mode() {
    let place = place().await;
    fs::set_permissions(place.above(), Permissions::from_mode(0o600)).unwrap();
    let told = place.refusal().await;
    fs::set_permissions(place.above(), Permissions::from_mode(0o755)).unwrap();
    if Uid::effective().is_root() {
        let closed = format!("may not enter {} (mode 0600)", place.above().display());
        assert!(told.contains(&closed) && told.contains("user `postgres`"), "{told}");
    } else {
        assert!(told.contains("ermission denied"), "{told}");
    }
}

#[tokio::test]
async fn a_path_that_a_shell_would_misread_is_refused() {
    let mut place = place().await;
    place.settings.folder = place.above().join("a$(touch b)");
    let told = place.refusal().await;
    assert!(told.contains("may not contain"), "{told}");
}

#[tokio::test]
async fn a_lost_password_is_told_with_its_file() {
    let place = place().await;
    let cluster = place.start().await;
    cluster.stop(Duration::from_secs(10)).await.unwrap();
    let file = place.settings.folder.join("postgres.password");
    fs::remove_file(&file).unwrap();
    let told = place.refusal().await;
    assert!(told.starts_with(&format!("{} is missing", file.display())), "{told}");
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    for place in places().await {
        let cluster = place.start().await;
        cluster.stop(Duration::from_secs(10)).await.unwrap();
        let settings = place.data().join("postgresql.auto.conf");
        fs::write(settings, "shared_buffers = 'plenty'\n").unwrap();
        let told = place.refusal().await;
        assert!(told.starts_with("starting Postgres failed") && told.contains("shared_buffers"), "{told}");
    }
}

#[tokio::test]
async fn a_start_that_fails_leaves_no_server_behind() {
    let place = place().await;
    let cluster = place.start().await;
    cluster.stop(Duration::from_secs(10)).await.unwrap();
    fs::write(place.settings.folder.join("postgres.password"), "another one").unwrap();
    let told = place.refusal().await;
    assert!(told.contains("password authentication failed"), "{told}");
    assert_eq!(
        place.pid_in_file(),
        None,
        "it ran, or it could not have refused us, and was stopped in order"
    );
}

#[tokio::test]
async fn a_server_that_hangs_is_told_with_its_process() {
    let mut place = place().await;
    let cluster = place.start().await;
    let starting =
        fs::read_to_string(place.data().join("postmaster.pid")).unwrap().replace("ready   ", "starting");
    fs::write(place.data().join("postmaster.pid"), starting).unwrap();
    signal(cluster.pid(), Signal::SIGSTOP);
    place.settings.start_limit = Duration::from_millis(300);
    let told = place.refusal().await;
    signal(cluster.pid(), Signal::SIGCONT);
    assert!(
        told.contains("is in use by the Postgres processes") && told.contains(&cluster.pid().to_string()),
        "{told}"
    );
}

/// A file system of 16 MB, which needs the right to mount one.
#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    let place: Place = place().await;
    let small = place.above().join("small");
    fs::create_dir(&small).unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m,mode=0755", "tmpfs"]).arg(&small).status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("not shown here: a full disk, for no small file system can be mounted");
        return;
    }
    let mut settings = place.settings.clone();
    settings.folder = small.join("postgres");
    let outcome = postgres_host::embedded::Cluster::start(&settings).await;
    assert!(Command::new("umount").arg(&small).status().unwrap().success());
    let told = outcome.expect_err("a cluster takes 40 MB").to_string();
    assert!(told.starts_with("initdb: no space is left on the disk of"), "{told}");
}
