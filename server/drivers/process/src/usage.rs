//! What a process uses, from `/proc`.
//!
//! Only the process of the instance itself is counted: the server starts no others.

use std::fs;

use keeper::process::{ProcessKey, Stat};
use model::ByteSize;

/// What a running process uses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Resident memory.
    pub(crate) memory: ByteSize,
    /// The highest it was.
    pub(crate) peak_memory: ByteSize,
}

impl Usage {
    /// What it uses now; `None` when it does not run.
    pub(crate) fn of(process: ProcessKey) -> Option<Self> {
        Stat::read(process.pid).filter(|stat| stat.is_alive() && stat.started == process.started)?;
        let status = fs::read_to_string(format!("/proc/{}/status", process.pid)).ok()?;
        Some(Self { memory: kibibytes(&status, "VmRSS:")?, peak_memory: kibibytes(&status, "VmHWM:")? })
    }
}

/// A line such as `VmRSS:      1234 kB`; the unit is 1024 bytes.
fn kibibytes(status: &str, name: &str) -> Option<ByteSize> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let count: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(ByteSize::new(count * 1024))
}
