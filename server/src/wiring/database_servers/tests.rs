use crate::config::Raw;

use super::*;

fn config(driver: &str) -> Config {
    let pairs = [("ATOMO_FLEET_DRIVER", driver), ("ATOMO_FLEET_SERVER_IMAGE", "atomo-server:1")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Config::of(&Raw::of(&pairs, None).unwrap()).unwrap()
}

fn accepted(driver: &str, url: &str) -> bool {
    reachable(&config(driver), ConnectOptions::from_str(url).unwrap()).is_ok()
}

#[test]
fn a_container_has_a_loopback_of_its_own() {
    for url in ["postgres://a:b@localhost/x", "postgres://a:b@127.0.0.1:5432/x", "postgres://a:b@[::1]/x"] {
        assert!(accepted("process", url) && !accepted("docker", url), "{url}");
    }
    for url in [
        "postgres://a:b@172.17.0.1/x",
        "postgres://a:b@db.example.com/x",
        "postgres://a:b@localhost/x?host=/run/postgresql",
    ] {
        assert!(accepted("docker", url), "{url}");
    }
}
