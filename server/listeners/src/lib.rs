//! Whether a TCP address of this machine is free, and which process holds it otherwise.
//!
//! The check binds but does not listen, so that it never accepts a client of the instance. Another process can take the
//! address between the check and the instance's own bind; the instance's log then says so.

use std::fs;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::sockopt::ReuseAddr;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, bind, setsockopt, socket};

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// A socket without a visible process is often about to close: its process is ending or executing another program. The
/// check waits this long for it.
const CLOSING: Duration = Duration::from_millis(300);

/// The address is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The process, if it can be seen: `name (pid N)`.
    pub by: Option<String>,
}

/// Fails if a process listens at the address. Other errors are left for the instance's own bind to report. Blocks, for
/// 300 ms at most.
pub fn check(address: SocketAddr) -> Result<(), Taken> {
    let deadline = Instant::now() + CLOSING;
    while try_bind(address) == Err(Errno::EADDRINUSE) {
        let by = holder(address);
        if by.is_some() || Instant::now() >= deadline {
            return Err(Taken { by });
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn try_bind(address: SocketAddr) -> nix::Result<()> {
    let family = if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let socket = socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
    // as the server does: closing connections of the previous instance do not count
    setsockopt(&socket, ReuseAddr, &true)?;
    bind(socket.as_raw_fd(), &SockaddrStorage::from(address))
}

/// The process that listens at the address: `name (pid N)`; `None` if there is none or it cannot be seen.
pub fn holder(address: SocketAddr) -> Option<String> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| {
        let table = fs::read_to_string(table).ok()?;
        table.lines().skip(1).find_map(|line| listener(line, address))
    })?;
    let wanted = format!("socket:[{inode}]");
    let pid = pids().find(|pid| holds(*pid, &wanted))?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(format!("{} (pid {pid})", name.trim_end()))
}

/// The inode in a line of the table, if it is a socket that listens at this address or at all addresses.
fn listener(line: &str, address: SocketAddr) -> Option<String> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
    let (ip, port) = local.split_once(':')?;
    let ip = parse_ip(ip)?;
    let matches = u16::from_str_radix(port, 16).ok()? == address.port()
        && (ip.is_unspecified() || ip.to_canonical() == address.ip().to_canonical());
    (*state == LISTENING && matches).then(|| (*inode).to_owned())
}

/// Parses an address as the kernel prints it: 32-bit words in native byte order.
fn parse_ip(hex: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = (0..hex.len() / 8)
        .map(|word| u32::from_str_radix(hex.get(word * 8..word * 8 + 8)?, 16).ok().map(u32::to_ne_bytes))
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [word] => Some(IpAddr::from(*word)),
        [_, _, _, _] => Some(Ipv6Addr::from(<[u8; 16]>::try_from(words.concat()).ok()?).into()),
        _ => None,
    }
}

fn pids() -> impl Iterator<Item = u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|process| process.file_name().to_str()?.parse().ok())
}

fn holds(pid: u32, socket: &str) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == socket))
}

#[cfg(test)]
mod tests;
