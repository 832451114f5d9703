//! Tokens at rest.

use super::*;

fn server() -> ServerUrl {
    "http://127.0.0.1:3000/".parse().unwrap()
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::in_folder(folder.path());
    (folder, store)
}

fn logged_in() -> Logins {
    let mut logins = Logins::default();
    let id = TokenId::from(uuid::Uuid::from_u128(7));
    logins.remember(&server(), id, "ines@example.com".parse().unwrap(), "planted-token".into());
    logins
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_login_is_found_again_by_any_spelling_of_the_address() {
    let (_folder, store) = store();
    assert!(store.read().unwrap().token(&server()).is_none());
    store.write(&logged_in()).unwrap();
    let spelled: ServerUrl = "HTTP://127.0.0.1:3000".parse().unwrap();
    let token = store.read().unwrap().token(&spelled).unwrap();
    assert_eq!(token.expose_secret(), "planted-token");
    assert_eq!((mode(store.path()), mode(store.path().parent().unwrap())), (0o600, 0o700));
}

#[test]
fn forgetting_leaves_the_other_servers() {
    let (_folder, store) = store();
    let other: ServerUrl = "https://fleet.example.com".parse().unwrap();
    let mut logins = logged_in();
    let id = TokenId::from(uuid::Uuid::from_u128(8));
    logins.remember(&other, id, "ines@example.com".parse().unwrap(), "other-token".into());
    assert_eq!(logins.forget(&server()).unwrap().id, TokenId::from(uuid::Uuid::from_u128(7)));
    store.write(&logins).unwrap();
    let read = store.read().unwrap();
    assert!(read.token(&server()).is_none());
    assert_eq!(read.token(&other).unwrap().expose_secret(), "other-token");
}

#[test]
fn a_file_that_others_may_read_is_refused_with_its_mode() {
    let (_folder, store) = store();
    store.write(&logged_in()).unwrap();
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o640)).unwrap();
    let error = store.read().err().unwrap().to_string();
    assert!(error.contains("mode 640") && error.contains("chmod 600"), "{error}");
}

#[test]
fn a_broken_file_is_named_and_not_quoted() {
    let (_folder, store) = store();
    store.write(&logged_in()).unwrap();
    fs::write(store.path(), "token = planted-token").unwrap();
    let error = store.read().err().unwrap();
    let text = format!("{error} {error:?}");
    assert!(text.contains("log in again") && !text.contains("planted"), "{text}");
}

#[test]
fn no_half_written_file_stays_behind() {
    let (_folder, store) = store();
    fs::create_dir_all(store.path()).unwrap();
    assert!(matches!(store.write(&logged_in()), Err(Error::Write { .. })));
    let left: Vec<_> = fs::read_dir(store.path().parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "only the folder in the way");
}
