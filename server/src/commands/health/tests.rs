//! The address of the check.

use super::*;

#[test]
fn a_server_on_every_address_is_asked_on_loopback() {
    for (listen, asked) in [
        ("127.0.0.1:3000", "127.0.0.1:3000"),
        ("10.1.2.3:3000", "10.1.2.3:3000"),
        ("0.0.0.0:3100", "127.0.0.1:3100"),
        ("[::]:3100", "[::1]:3100"),
    ] {
        assert_eq!(reached_at(listen.parse().unwrap()).to_string(), asked);
    }
}
