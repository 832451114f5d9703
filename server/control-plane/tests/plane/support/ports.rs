//! Loopback ports that no other test uses, in this process or another.

use std::net::{Ipv4Addr, TcpListener};

/// How many ports a block has, its first one apart.
const SIZE: u16 = 63;

/// A block of free ports. Its first port is taken as long as this lives, and so the block is.
pub struct PortBlock {
    _first: TcpListener,
    pub range: (u16, u16),
}

impl PortBlock {
    /// The first free one, below the ports that the kernel gives to outgoing connections.
    pub fn take() -> Self {
        let blocks = (12_000..22_000).step_by(usize::from(SIZE) + 1);
        let mut free = blocks.filter_map(|port: u16| {
            let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
            Some(Self { _first: first, range: (port + 1, port + SIZE) })
        });
        free.next().expect("no block of ports is free")
    }
}
