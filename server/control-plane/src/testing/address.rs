//! Free ports of loopback.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test's own tools fail by panicking")]

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{LazyLock, Mutex};

static GIVEN: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// A free address of loopback. Each call in this process gets another one, because the kernel may offer a port again as soon as
/// it is closed.
pub fn free_address() -> SocketAddr {
    let mut given = GIVEN.lock().unwrap();
    loop {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        if given.insert(address.port()) {
            return address;
        }
    }
}
