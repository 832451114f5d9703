//! Faults that tests plant; the original has none of these variables.
//!
//! | variable | effect |
//! |---|---|
//! | `STANDIN_BOOT_DELAY_MS` | waits before it connects to the database |
//! | `STANDIN_EXIT_AT_BOOT` | ends with this code instead of connecting |
//! | `STANDIN_CRASH_AFTER_SECS` | ends with code 101 this long after it began to serve |
//! | `STANDIN_NEVER_READY` | `/ready` is 503 |
//! | `STANDIN_READY_HANGS` | `/ready` is 503 after 30 s |
//! | `STANDIN_METRICS_FAIL` | `/metrics` is 500 |
//! | `STANDIN_WRONG_VERSION` | what `/version` reports |
//! | `STANDIN_ALLOCATE_MIB` | touches and keeps this much memory before it serves |
//! | `STANDIN_WARN_LINES` | this many WARN lines at boot |
//! | `STANDIN_DRAIN_MS` | lives so long after SIGTERM has closed its listener; 250 unless it says otherwise |
//! | `STANDIN_RLS_STRICT` | a role that bypasses row security is refused, as after 0.7.0 |
//!
//! A value that does not parse stops the boot: a fault that silently does not happen makes a test pass for nothing.

use std::{str::FromStr, time::Duration};

use thiserror::Error;

use crate::config::Vars;

/// A fault variable with a value that makes no sense.
#[derive(Debug, Error)]
#[error("{name} is {value:?}, expected {accepted}")]
pub struct FaultError {
    name: &'static str,
    value: String,
    accepted: &'static str,
}

/// The planted faults of one run; the default is none.
#[derive(Debug, Default)]
pub struct Faults {
    /// Wait before connecting.
    pub boot_delay: Duration,
    /// Time between SIGTERM and the end.
    pub drain: Duration,
    /// Exit code instead of a boot.
    pub exit_at_boot: Option<i32>,
    /// Serve this long, then crash.
    pub crash_after: Option<Duration>,
    /// What `/ready` does wrong.
    pub ready: Option<ReadyFault>,
    /// `/metrics` answers 500.
    pub metrics_fail: bool,
    /// Version to claim.
    pub version: Option<String>,
    /// Memory to hold, in MiB.
    pub allocate_mib: usize,
    /// Extra WARN lines at boot.
    pub warn_lines: u32,
    /// Refuse a role that bypasses row security.
    pub rls_strict: bool,
}

/// The ways in which `/ready` can be wrong.
#[derive(Debug, Clone, Copy)]
pub enum ReadyFault {
    /// 503 at once.
    Never,
    /// 503 after 30 s, as the original with its database away.
    Hangs,
}

/// About what a server takes that ends its connections: longer than a control plane takes to look again.
const DRAIN_MS: u64 = 250;

/// Exit code of a planted crash, the one of a Rust panic.
pub const CRASH_CODE: i32 = 101;

impl Faults {
    /// Reads the `STANDIN_*` variables.
    pub fn from_vars(vars: &Vars) -> Result<Self, FaultError> {
        let hangs = flag(vars, "STANDIN_READY_HANGS")?.then_some(ReadyFault::Hangs);
        let never = flag(vars, "STANDIN_NEVER_READY")?.then_some(ReadyFault::Never);
        Ok(Self {
            boot_delay: Duration::from_millis(number(vars, "STANDIN_BOOT_DELAY_MS")?.unwrap_or(0)),
            drain: Duration::from_millis(number(vars, "STANDIN_DRAIN_MS")?.unwrap_or(DRAIN_MS)),
            exit_at_boot: number::<u8>(vars, "STANDIN_EXIT_AT_BOOT")?.map(i32::from),
            crash_after: number(vars, "STANDIN_CRASH_AFTER_SECS")?.map(Duration::from_secs),
            ready: hangs.or(never),
            metrics_fail: flag(vars, "STANDIN_METRICS_FAIL")?,
            version: vars.text("STANDIN_WRONG_VERSION").map(str::to_owned),
            allocate_mib: number::<u16>(vars, "STANDIN_ALLOCATE_MIB")?.unwrap_or(0).into(),
            warn_lines: number(vars, "STANDIN_WARN_LINES")?.unwrap_or(0),
            rls_strict: flag(vars, "STANDIN_RLS_STRICT")?,
        })
    }
}

fn number<N: FromStr>(vars: &Vars, name: &'static str) -> Result<Option<N>, FaultError> {
    vars.text(name)
        .map(|text| {
            text.parse().map_err(|_| FaultError { name, value: text.to_owned(), accepted: "a whole number" })
        })
        .transpose()
}

fn flag(vars: &Vars, name: &'static str) -> Result<bool, FaultError> {
    match vars.text(name) {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(other) => Err(FaultError { name, value: other.to_owned(), accepted: "1, true, 0 or false" }),
    }
}

#[cfg(test)]
mod tests;
