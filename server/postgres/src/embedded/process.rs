//! A process for life: its id may be given to another one later, but not with the same start time.

use std::fs;

/// One process, dead or alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub pid: u32,
    /// Clock ticks between the machine's start and its own; `None` when it had ended already.
    started: Option<u64>,
}

impl Identity {
    /// The process that has this id now.
    pub fn of(pid: u32) -> Self {
        Self { pid, started: started(pid) }
    }

    /// Whether this very process runs. A zombie does not.
    pub fn is_running(self) -> bool {
        self.started.is_some() && started(self.pid) == self.started
    }
}

fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let state = *fields.first()?;
    let started = fields.get(19)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(started)
}

#[cfg(test)]
mod tests;
