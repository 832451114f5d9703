//! Identity and termination of a process.

use std::fs;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::error::ChildError;

/// Time that the system may take after SIGKILL.
const KILL: Duration = Duration::from_secs(5);

/// The identity of a process: the pid may be reused, but not with the same start time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProcessIdentity {
    pub(super) pid: u32,
    /// Start time, in clock ticks after boot.
    pub(super) started: u64,
}

impl ProcessIdentity {
    /// The running process with this pid. A zombie does not count.
    pub(super) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let state = *fields.first()?;
        let started = fields.get(19)?.parse().ok()?;
        (!matches!(state, "Z" | "X")).then_some(Self { pid, started })
    }

    pub(super) fn is_running(self) -> bool {
        Self::of(self.pid) == Some(self)
    }

    /// SIGTERM, then SIGKILL after `grace`.
    pub(super) async fn end(self, grace: Duration) -> Result<(), ChildError> {
        for (signal, within) in [(Signal::SIGTERM, grace), (Signal::SIGKILL, KILL)] {
            self.signal(signal)?;
            if self.ended(within).await {
                return Ok(());
            }
        }
        Err(ChildError::Stop { pid: self.pid, reason: "it was killed and is still there".into() })
    }

    fn signal(self, signal: Signal) -> Result<(), ChildError> {
        let failed = |reason: String| ChildError::Stop { pid: self.pid, reason };
        if !self.is_running() {
            return Ok(());
        }
        let pid = i32::try_from(self.pid).map_err(|error| failed(error.to_string()))?;
        match kill(Pid::from_raw(pid), signal) {
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    async fn ended(self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while self.is_running() {
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        true
    }
}
