//! Addresses as instances get them; that programs take them is tested against a real server.

use std::str::FromStr as _;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::of;

const PASSWORD: &str = "a/b?c#d@e:f%41 é'\"";

fn url(server: &PgConnectOptions) -> String {
    of(server, "proj_a-b", &SecretString::from(PASSWORD)).expose_secret().to_owned()
}

fn server() -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().ssl_mode(PgSslMode::Prefer).port(5433)
}

const CREDENTIALS: &str = "proj_a-b:a%2Fb%3Fc%23d%40e%3Af%2541%20%C3%A9%27%22";

#[test]
fn a_host_is_named_with_its_port() {
    assert_eq!(
        url(&server().host("db.internal")),
        format!("postgres://{CREDENTIALS}@db.internal:5433/proj_a-b")
    );
}

#[test]
fn an_address_of_version_6_has_one_pair_of_brackets() {
    for host in ["::1", "[::1]"] {
        assert_eq!(url(&server().host(host)), format!("postgres://{CREDENTIALS}@[::1]:5433/proj_a-b"));
    }
}

#[test]
fn a_socket_is_a_parameter() {
    let wished = format!("postgres://{CREDENTIALS}@localhost:5433/proj_a-b?host=%2Frun%2Fa%20b");
    assert_eq!(url(&server().socket("/run/a b")), wished);
    assert_eq!(url(&server().host("/run/a b")), wished);
}

#[test]
fn the_mode_of_tls_is_kept() {
    let url = url(&server().host("db").ssl_mode(PgSslMode::VerifyFull));
    assert!(url.ends_with("@db:5433/proj_a-b?sslmode=verify-full"), "{url}");
}

#[test]
fn sqlx_reads_back_what_was_written() {
    let read = PgConnectOptions::from_str(&url(&server().socket("/run/a b"))).unwrap();
    assert_eq!(read.get_socket().and_then(|folder| folder.to_str()), Some("/run/a b"));
    assert_eq!((read.get_username(), read.get_database()), ("proj_a-b", Some("proj_a-b")));
    let shown = format!("{read:?}");
    assert!(shown.contains(&format!("{PASSWORD:?}")), "the password came back as it was");
}
