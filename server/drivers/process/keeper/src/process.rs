//! What `/proc` says of processes.
//!
//! A pid is no identity: it is given again. A pid together with the moment its process started is one, for as long
//! as the machine runs; [`boot_id`] tells one run of the machine from the next.

use std::fs;

/// One process, for life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessKey {
    /// Its pid.
    pub pid: u32,
    /// When it started, in clock ticks after boot (field 22 of `/proc/PID/stat`).
    pub started: u64,
}

impl ProcessKey {
    /// The process that has this pid now; `None` when there is none, or only a zombie.
    pub fn of(pid: u32) -> Option<Self> {
        Stat::read(pid).filter(Stat::is_alive).map(|stat| Self { pid, started: stat.started })
    }

    /// The same, but a zombie counts: for a parent that has not reaped it.
    pub fn read(pid: u32) -> Option<Self> {
        Stat::read(pid).map(|stat| Self { pid, started: stat.started })
    }

    /// Whether this very process still runs. A zombie does not.
    pub fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }
}

/// The part of `/proc/PID/stat` that is used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// The letter of its state; `Z` is a zombie, `X` is dead.
    pub state: u8,
    /// Its process group.
    pub group: u32,
    /// Its session.
    pub session: u32,
    /// When it started, in clock ticks after boot.
    pub started: u64,
}

impl Stat {
    /// What the kernel says of this pid now; `None` when there is no such process.
    pub fn read(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Whether it runs: a zombie does not.
    pub fn is_alive(&self) -> bool {
        !matches!(self.state, b'Z' | b'X')
    }

    /// The fields of one `stat` line. The name, second of them, may itself hold spaces and brackets.
    fn parse(line: &str) -> Option<Self> {
        let (_, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        // `fields[0]` is field 3 of proc(5), the state.
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        let small = |field: usize| u32::try_from(number(field)?).ok();
        Some(Self {
            state: *fields.first()?.as_bytes().first()?,
            group: small(5)?,
            session: small(6)?,
            started: number(22)?,
        })
    }
}

/// Every pid of the machine.
pub fn pids() -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// What tells this run of the machine from every other; empty where the kernel does not say.
pub fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
