//! Processes of a control plane that was killed: found by their folder, never by their name alone.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::embedded::pid_file;

/// How long they may take to end.
const GRACE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(20);

/// Ends the receivers that write into this folder.
pub fn end_receivers(wal: &Path) {
    let receivers = || processes().filter(|pid| receives_into(*pid, wal)).collect::<Vec<_>>();
    end(Signal::SIGTERM, receivers);
}

/// Ends the server of this data folder.
pub fn end_server(data: &Path) {
    let holders = || pid_file::holders(data).unwrap_or_default();
    let Some(server) = pid_file::read(data).filter(|file| holders().contains(&file.pid)) else {
        end(Signal::SIGKILL, holders);
        return;
    };
    signal(server.pid, Signal::SIGQUIT);
    end(Signal::SIGQUIT, holders);
}

/// Sends the signal, waits, and kills what is left.
fn end(first: Signal, processes: impl Fn() -> Vec<u32>) {
    for which in [first, Signal::SIGKILL] {
        for pid in processes() {
            signal(pid, which);
        }
        let deadline = Instant::now() + GRACE;
        while !processes().is_empty() {
            if Instant::now() > deadline {
                break;
            }
            std::thread::sleep(LOOK);
        }
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        let _ = kill(Pid::from_raw(pid), signal); // it may have ended meanwhile
    }
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn receives_into(pid: u32, wal: &Path) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let named = fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim_end() == "pg_receivewal");
    let folder = format!("--directory={}", wal.display());
    named
        && fs::read(process.join("cmdline"))
            .is_ok_and(|line| line.split(|byte| *byte == 0).any(|argument| argument == folder.as_bytes()))
}
