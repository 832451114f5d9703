use std::net::{SocketAddr, TcpListener};

use super::{check, listener};

#[test]
fn names_whoever_listens_also_on_all_addresses() {
    for (bound, wanted) in [("127.0.0.1:0", "127.0.0.1"), ("0.0.0.0:0", "127.0.0.1"), ("[::1]:0", "::1")] {
        let socket = TcpListener::bind(bound).unwrap();
        let address = SocketAddr::new(wanted.parse().unwrap(), socket.local_addr().unwrap().port());
        let by = check(address).unwrap_err().by.unwrap();
        assert!(by.ends_with(&format!("(pid {})", std::process::id())), "{bound}: {by}");
        drop(socket);
        check(address).unwrap();
    }
}

#[test]
fn a_check_accepts_nobody() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for _ in 0..50 {
        check(address).unwrap();
        assert!(std::net::TcpStream::connect(address).is_err(), "nobody may be accepted by a check");
    }
}

#[test]
fn reads_the_tables_of_the_kernel() {
    let address: SocketAddr = "127.0.0.1:8080".parse().unwrap();
    let line =
        |local: &str, state: &str| format!("0: {local} 00000000:0000 {state} 0:0 00:0 0 1000 0 4242 1 0");
    let found = Some("4242".to_owned());
    assert_eq!(listener(&line("0100007F:1F90", "0A"), address), found);
    assert_eq!(listener(&line("00000000:1F90", "0A"), address), found);
    assert_eq!(listener(&line("0000000000000000FFFF00000100007F:1F90", "0A"), address), found);
    assert_eq!(listener(&line("0100007F:1F90", "01"), address), None, "a connection listens to nobody");
    assert_eq!(listener(&line("0200007F:1F90", "0A"), address), None);
    assert_eq!(listener(&line("0100007F:1F91", "0A"), address), None);
    assert_eq!(listener("rubbish", address), None);
}
