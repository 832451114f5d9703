//! Addresses, and the folders that are allowed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{Address, Host};
use crate::fault::Fault;
use crate::settings::AllowedFolders;

fn of(url: &str, allowed: &AllowedFolders) -> Result<Address, Fault> {
    Address::of(&url.parse().unwrap(), allowed)
}

fn file(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn host(name: &str, port: u16, user: Option<&str>) -> Host {
    Host { name: name.into(), port, user: user.map(str::to_owned) }
}

#[test]
fn hosts_are_taken_apart() {
    let none = AllowedFolders::None;
    assert_eq!(of("https://git.test/a.git", &none), Ok(Address::Https(host("git.test", 443, None))));
    assert_eq!(of("https://git.test:8443/a", &none), Ok(Address::Https(host("git.test", 8443, None))));
    assert_eq!(of("ssh://git@git.test/a.git", &none), Ok(Address::Ssh(host("git.test", 22, Some("git")))));
    assert_eq!(of("ssh://git@[::1]:2222/a.git", &none), Ok(Address::Ssh(host("::1", 2222, Some("git")))));
    assert_eq!(of("git@git.test:team/a.git", &none), Ok(Address::Ssh(host("git.test", 22, Some("git")))));
}

#[test]
fn a_folder_needs_to_be_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("allowed/repo")).unwrap();
    fs::create_dir_all(root.join("allowed-not/repo")).unwrap();
    symlink(root.join("allowed-not"), root.join("allowed/out")).unwrap();
    symlink(root.join("allowed"), root.join("alias")).unwrap();
    let list = AllowedFolders::List(vec![root.join("alias")]);
    let repo = Ok(Address::Folder(root.join("allowed/repo")));

    assert_eq!(of(&file(&root.join("allowed/repo")), &list), repo);
    assert_eq!(of(&file(&root.join("alias/repo")), &list), repo);
    assert_eq!(of(&file(&root.join("allowed/repo")), &AllowedFolders::All), repo);
    for denied in [
        "allowed-not/repo",
        "allowed/out/repo",
        "allowed/../allowed-not/repo",
        "absent",
        "allowed-not/absent",
    ] {
        let Err(Fault::NotAllowed(reason)) = of(&file(&root.join(denied)), &list) else {
            panic!("{denied} is allowed")
        };
        assert!(reason.contains("ATOMO_FLEET_ALLOW_FILE_REPOS") && reason.contains("alias"), "{reason}");
    }
    let Err(Fault::NotAllowed(reason)) = of(&file(&root.join("allowed/repo")), &AllowedFolders::None) else {
        panic!("allowed while file repositories are off")
    };
    assert!(reason.contains("ATOMO_FLEET_ALLOW_FILE_REPOS"), "{reason}");
}

#[test]
fn an_allowed_folder_that_is_not_there_is_unreachable() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    for allowed in [AllowedFolders::All, AllowedFolders::List(vec![root.clone()])] {
        let outcome = of(&file(&root.join("absent")), &allowed);
        assert!(matches!(outcome, Err(Fault::Unreachable(_))), "{outcome:?}");
    }
}

#[test]
fn names_with_spaces_and_colons_reach_git_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let odd = dir.path().canonicalize().unwrap().join("a b:c@d%e");
    fs::create_dir(&odd).unwrap();
    let url = "file://".to_owned() + &odd.to_str().unwrap().replace('%', "%25").replace(' ', "%20");
    let address = of(&url, &AllowedFolders::All).unwrap();
    assert_eq!(address, Address::Folder(odd));
    assert!(address.remote(&url.parse().unwrap()).ends_with("a%20b:c@d%25e"), "{address:?}");
}
