//! Who holds a TCP port of this machine, as far as `/proc` lets us see.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// `nginx (process 812)`; `None` when nobody listens on that port or it cannot be seen who does.
pub(crate) fn of(port: u16) -> Option<String> {
    let sockets: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| listening(&table, port))
        .collect();
    let processes = fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    processes.filter(|process| owns(process, &sockets)).find_map(|process| {
        let pid: u32 = process.file_name()?.to_str()?.parse().ok()?;
        let name = fs::read_to_string(process.join("comm")).ok()?;
        Some(format!("{} (process {pid})", name.trim()))
    })
}

/// Adds the holder to a reason that says one of these addresses is taken.
pub(crate) fn name_it(reason: String, addresses: &[SocketAddr]) -> String {
    let taken = reason.contains("address already in use");
    let port =
        addresses.iter().map(SocketAddr::port).find(|port| taken && reason.contains(&format!(":{port}:")));
    match port.and_then(of) {
        Some(holder) => format!("{reason}; it is held by {holder}"),
        None => reason,
    }
}

/// The links in `/proc/<pid>/fd` that stand for sockets listening on this port.
fn listening(table: &str, port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row.get(1).is_some_and(|local| local.ends_with(&suffix)) && row.get(3) == Some(&LISTEN))
        .filter_map(|row| Some(format!("socket:[{}]", row.get(9)?)))
        .collect()
}

fn owns(process: &Path, sockets: &[String]) -> bool {
    let files = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    files
        .filter_map(|file| fs::read_link(file.path()).ok())
        .any(|link| link.to_str().is_some_and(|link| sockets.iter().any(|socket| socket == link)))
}

#[cfg(test)]
mod tests;
