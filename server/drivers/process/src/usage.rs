//! What a process uses, from `/proc`.
//!
//! Only the process of the instance itself is counted: the server starts no others.

use std::fs;
use std::time::Duration;

use control_plane::ports::driver::InstanceStats;
use keeper::process::{ProcessKey, Stat};
use model::ByteSize;
use nix::unistd::{SysconfVar, sysconf};

/// What every Linux tells programs, whatever its kernel counts in.
const TICKS_PER_SECOND: u64 = 100;

/// What a running process uses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Resident memory.
    pub(crate) memory: ByteSize,
    /// The highest it was.
    pub(crate) peak_memory: ByteSize,
    cpu: Duration,
    tasks: u32,
}

impl Usage {
    /// What it uses now; `None` when it does not run.
    pub(crate) fn of(process: ProcessKey) -> Option<Self> {
        let stat =
            Stat::read(process.pid).filter(|stat| stat.is_alive() && stat.started == process.started)?;
        let status = fs::read_to_string(format!("/proc/{}/status", process.pid)).ok()?;
        let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten().and_then(|ticks| u64::try_from(ticks).ok());
        let ticks = ticks.filter(|ticks| *ticks > 0).unwrap_or(TICKS_PER_SECOND);
        Some(Self {
            memory: kibibytes(&status, "VmRSS:")?,
            peak_memory: kibibytes(&status, "VmHWM:")?,
            cpu: Duration::from_millis(stat.cpu_ticks.saturating_mul(1000) / ticks),
            tasks: stat.threads,
        })
    }
}

impl From<Usage> for InstanceStats {
    fn from(usage: Usage) -> Self {
        Self { memory: usage.memory, cpu: usage.cpu, tasks: usage.tasks }
    }
}

/// A line such as `VmRSS:      1234 kB`; the unit is 1024 bytes.
fn kibibytes(status: &str, name: &str) -> Option<ByteSize> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let count: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(ByteSize::new(count * 1024))
}
