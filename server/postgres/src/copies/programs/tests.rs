use super::*;

fn client(major: u32) -> Client {
    Client { folder: PathBuf::from(format!("/pg/{major}")), major, version: format!("{major}.1") }
}

fn chosen(found: &[u32], server: u32) -> Option<u32> {
    let found: Vec<Client> = found.iter().copied().map(client).collect();
    fitting(&found, server).map(|client| client.major)
}

#[test]
fn the_servers_own_version_is_preferred_and_an_older_one_never_used() {
    assert_eq!(chosen(&[18, 17, 15], 17), Some(17));
    assert_eq!(chosen(&[18, 15], 17), Some(18));
    assert_eq!(chosen(&[16, 15], 17), None);
    assert_eq!(chosen(&[18, 16], 15), Some(16));
    assert_eq!(chosen(&[18], 15), None, "its pg_restore sets what the server does not know");
}

#[test]
fn versions_are_read() {
    let printed = "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
    assert_eq!(parsed(printed), Some((15, "15.18".into())));
    assert_eq!(parsed("pg_dump (PostgreSQL) 19beta1\n"), Some((19, "19beta1".into())));
    assert_eq!(parsed("pg_dump: command not found"), None);
}

#[tokio::test]
async fn a_folder_without_programs_is_refused_with_the_remedy() {
    let empty = tempfile::tempdir().unwrap();
    let programs = ClientPrograms::new(Some(empty.path().to_owned()), []);
    let error = programs.for_server("testing", 150_018).await.unwrap_err().to_string();
    assert!(error.contains("PostgreSQL 15") && error.contains("no pg_dump and pg_restore"), "{error}");
    assert!(error.contains("postgresql-client-15") && error.contains("ATOMO_FLEET_PG_BIN"), "{error}");
}

#[test]
fn a_wrapper_is_no_installation() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["wrapper", "pg_restore"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    std::os::unix::fs::symlink(folder.path().join("wrapper"), folder.path().join("pg_dump")).unwrap();
    assert_eq!(installation(folder.path()), None);
}
