use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::{CaddyBinary, ChildError};

fn program(folder: &tempfile::TempDir, prints: &str) -> PathBuf {
    let path = folder.path().join("caddy");
    fs::write(&path, format!("#!/bin/sh\necho '{prints}'\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[tokio::test]
async fn both_ways_to_print_a_version_are_understood() {
    for (prints, version) in
        [("v2.11.7 h1:abc=", "2.11.7"), ("2.6.2", "2.6.2"), ("v2.10.0-beta.1", "2.10.0-beta.1")]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = program(&folder, prints);
        assert_eq!(CaddyBinary::at(&path).await.unwrap(), CaddyBinary { path, version: version.into() });
    }
}

#[tokio::test]
async fn what_is_too_old_or_no_caddy_is_refused_by_name() {
    for (prints, reason) in
        [("v2.5.2 h1:abc=", "Caddy 2.5.2; 2.6 or newer"), ("nginx", "\"nginx\" is no version")]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = program(&folder, prints);
        let error = CaddyBinary::find(Some(&path), &[]).await.unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains(path.to_str().unwrap()), "{error}");
    }
}

#[tokio::test]
async fn a_program_that_is_named_and_not_there_is_not_replaced_by_another() {
    let folder = tempfile::tempdir().unwrap();
    program(&folder, "v2.11.7");
    let named = folder.path().join("elsewhere");
    let error = CaddyBinary::find(Some(&named), &[folder.path().to_owned()]).await.unwrap_err();
    assert!(
        matches!(&error, ChildError::NoBinary { tried } if *tried == [named.display().to_string()]),
        "{error}"
    );
}
