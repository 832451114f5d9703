use std::collections::BTreeMap;
use std::str::FromStr as _;

use super::*;

fn environment(url: &str) -> BTreeMap<String, String> {
    let mut command = Command::new("pg_dump");
    let password = SecretString::from("p ä'\"".to_owned());
    set(&mut command, &PgConnectOptions::from_str(url).unwrap(), "fleet_backup", &password);
    let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
    let set = command.as_std().get_envs();
    set.filter_map(|(name, value)| Some((text(name), text(value?)))).collect()
}

#[test]
fn a_socket_is_a_host_and_needs_no_tls() {
    let set = environment("postgres://a:b@localhost:5433/x?host=/run/postgresql");
    assert_eq!(set["PGHOST"], "/run/postgresql");
    assert_eq!((set["PGPORT"].as_str(), set["PGUSER"].as_str()), ("5433", "fleet_backup"));
    assert_eq!(set["PGPASSWORD"], "p ä'\"");
    assert!(!set.contains_key("PGSSLMODE"), "{set:?}");
}

#[test]
fn tls_is_that_of_our_own_connection() {
    let set =
        environment("postgres://a:b@db.example.com/x?sslmode=verify-full&sslrootcert=/etc/fleet/ca.pem");
    assert_eq!((set["PGHOST"].as_str(), set["PGSSLMODE"].as_str()), ("db.example.com", "verify-full"));
    assert_eq!(set["PGSSLROOTCERT"], "/etc/fleet/ca.pem");
    let set = environment("postgres://a:b@[::1]/x");
    assert_eq!((set["PGHOST"].as_str(), set["PGSSLMODE"].as_str()), ("::1", "prefer"));
    assert!(!set.contains_key("PGSSLROOTCERT"), "{set:?}");
}
