//! What a process uses, from `/proc`.
//!
//! Only the process of the instance itself is counted: the server starts no others.

use std::fs;

use keeper::process::{ProcessKey, Stat};
use model::{ByteSize, InstanceFigures};

/// The figures of this process; unknown if it does not run.
pub(crate) fn of(process: ProcessKey) -> InstanceFigures {
    measure(process).unwrap_or_default()
}

fn measure(process: ProcessKey) -> Option<InstanceFigures> {
    Stat::read(process.pid).filter(|stat| stat.is_alive() && stat.started == process.started)?;
    let status = fs::read_to_string(format!("/proc/{}/status", process.pid)).ok()?;
    let (memory, peak_memory) = (kibibytes(&status, "VmRSS:")?, kibibytes(&status, "VmHWM:")?);
    Some(InstanceFigures { memory: Some(memory), peak_memory: Some(peak_memory) })
}

/// A line such as `VmRSS:      1234 kB`; the unit is 1024 bytes.
fn kibibytes(status: &str, name: &str) -> Option<ByteSize> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let count: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(ByteSize::new(count * 1024))
}
