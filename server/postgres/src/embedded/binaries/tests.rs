//! Finding programs: order, and reasons why not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{BinariesError, Search, debian, find_binaries, version};

fn search<'a>(explicit: &'a Path, cluster: &'a Path) -> Search<'a> {
    Search { explicit: Some(explicit), cluster, extra: &[] }
}

/// A folder that everybody may enter, with programs that say they are of a version.
fn installation(version: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["initdb", "pg_ctl", "postgres"] {
        let file = folder.path().join(name);
        fs::write(&file, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

#[test]
fn the_version_is_read_of_what_postgres_says() {
    assert_eq!(version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n").as_deref(), Some("15.18"));
    assert_eq!(version("postgres (PostgreSQL) 18.6").as_deref(), Some("18.6"));
    assert_eq!(version("initdb (PostgreSQL) 15.18"), None);
}

#[test]
fn the_newest_of_debian_comes_first() {
    let root = tempfile::tempdir().unwrap();
    for name in ["9", "15", "100", "common"] {
        fs::create_dir(root.path().join(name)).unwrap();
    }
    let wished: Vec<PathBuf> = ["100/bin", "15/bin", "9/bin"].map(|name| root.path().join(name)).into();
    assert_eq!(debian(root.path()), wished);
}

#[tokio::test]
async fn a_named_folder_without_the_programs_is_an_error_with_the_missing_ones() {
    let folder = installation("15.1");
    fs::remove_file(folder.path().join("pg_ctl")).unwrap();
    let error = find_binaries(&search(folder.path(), Path::new("/nowhere"))).await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("ATOMO_FLEET_PG_BIN") && told.contains("pg_ctl missing"), "{told}");
}

#[tokio::test]
async fn programs_that_are_too_old_are_refused_with_their_version() {
    let folder = installation("14.9");
    let error = find_binaries(&search(folder.path(), Path::new("/nowhere"))).await.unwrap_err();
    assert!(error.to_string().contains("Postgres 14.9 is too old"), "{error}");
}

#[tokio::test]
async fn the_version_of_the_cluster_decides() {
    let (folder, cluster) = (installation("15.1"), tempfile::tempdir().unwrap());
    fs::create_dir(cluster.path().join("data")).unwrap();
    fs::write(cluster.path().join("data/PG_VERSION"), "15\n").unwrap();
    let found = find_binaries(&search(folder.path(), cluster.path())).await.unwrap();
    assert_eq!((found.major, found.version.as_str()), (15, "15.1"));

    fs::write(cluster.path().join("data/PG_VERSION"), "16\n").unwrap();
    let error = find_binaries(&search(folder.path(), cluster.path())).await.unwrap_err();
    assert!(matches!(error, BinariesError::Major { wanted: 16, .. }), "{error}");
    let told = error.to_string();
    assert!(told.contains("cluster of Postgres 16") && told.contains("has 15.1"), "{told}");
}

#[tokio::test]
async fn links_lead_to_the_installation() {
    let (real, links) = (installation("15.1"), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(real.path().join("postgres"), links.path().join("postgres")).unwrap();
    let found = find_binaries(&search(links.path(), Path::new("/nowhere"))).await.unwrap();
    assert_eq!(found.folder, real.path());
}

#[tokio::test]
async fn programs_behind_a_closed_folder_are_refused_with_its_mode() {
    let (above, folder) = (tempfile::tempdir_in("/tmp").unwrap(), installation("15.1"));
    let moved = above.path().join("bin");
    fs::rename(folder.path(), &moved).unwrap();
    fs::set_permissions(above.path(), fs::Permissions::from_mode(0o600)).unwrap();
    let found = find_binaries(&search(&moved, Path::new("/nowhere"))).await;
    fs::set_permissions(above.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let told = found.unwrap_err().to_string();
    if nix::unistd::Uid::effective().is_root() {
        let closed = format!("may not enter {} (mode 0600)", above.path().display());
        assert!(told.contains("user `postgres`") && told.contains(&closed), "{told}");
    } else {
        assert!(told.contains("missing"), "{told}");
    }
}
