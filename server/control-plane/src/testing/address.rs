//! Free ports of loopback.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{LazyLock, Mutex};

static GIVEN: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// An address of loopback where nobody listens, and that no other call in this process gets: the kernel may offer a port
/// again as soon as it is closed.
pub fn free_address() -> SocketAddr {
    let mut given = GIVEN.lock().expect("no caller panics while it holds the lock");
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        if given.insert(address.port()) {
            return address;
        }
    }
}
