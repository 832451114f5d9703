//! `postmaster.pid`, and the processes that work in a data folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// The content of `postmaster.pid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PidFile {
    /// Its process id.
    pub pid: u32,
    /// The folder of its socket.
    pub socket: PathBuf,
    /// Whether it accepts connections.
    pub ready: bool,
}

/// The path of the file in a data folder.
pub fn path(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// The content; `None` if the file is absent or incomplete.
pub fn read(data: &Path) -> Option<PidFile> {
    parse(&std::fs::read_to_string(path(data)).ok()?)
}

/// Lines: pid, data folder, start time, port, socket's folder, address, shared memory, state.
fn parse(text: &str) -> Option<PidFile> {
    let lines: Vec<&str> = text.lines().collect();
    let pid = lines.first()?.trim().parse().ok()?;
    let socket = PathBuf::from(lines.get(4).copied().unwrap_or_default());
    let ready = lines.get(7).is_some_and(|state| state.trim() == "ready");
    Some(PidFile { pid, socket, ready })
}

/// The Postgres processes whose working folder is the data folder, as that of every server process is. Zombies and a
/// person's shell do not count. `None` where `/proc` is not available.
pub fn holders(data: &Path) -> Option<Vec<u32>> {
    let processes = std::fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    Some(pids.filter(|pid| is_postgres_in(*pid, data)).collect())
}

fn is_postgres_in(pid: u32, data: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let named = std::fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim_end() == "postgres");
    named
        && match std::fs::read_link(process.join("cwd")) {
            Ok(folder) => folder == data,
            // the kernel hides a process with capabilities that we lack, such as the child of a service; its pid file
            // decides then
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                read(data).is_some_and(|file| file.pid == pid)
            }
            Err(_) => false,
        }
}
