//! Errors of the child process.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Why there is no Caddy. The message includes the remedy, if there is one.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// No program was found.
    #[error("no caddy was found; looked at {}. Install Caddy 2.6 or newer, name one, or give the admin API of one that runs", tried.join(", "))]
    NoBinary {
        /// The searched places, in order.
        tried: Vec<String>,
    },
    /// The program is not usable.
    #[error("{} cannot be used: {reason}", path.display())]
    BadBinary {
        /// The program.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// Another process listens at the address.
    #[error("the {purpose} port {address} is taken{}; end that or choose another port", holder.as_ref().map(|who| format!(" by {who}")).unwrap_or_default())]
    PortTaken {
        /// `HTTP` or `HTTPS`.
        purpose: &'static str,
        /// The address.
        address: SocketAddr,
        /// The process, if it can be seen: `nginx (pid 812)`.
        holder: Option<String>,
    },
    /// This user may not listen there, or the address is not of this machine.
    #[error("the {purpose} address {address} cannot be listened on")]
    PortRefused {
        /// `HTTP` or `HTTPS`.
        purpose: &'static str,
        /// The address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// Its folder is not usable.
    #[error("{doing} {}", path.display())]
    Folder {
        /// The attempted act.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The program cannot be started.
    #[error("starting {}", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It ended before it answered.
    #[error("caddy ended at its start ({status}): {said}")]
    Ended {
        /// The exit status.
        status: ExitStatus,
        /// The last lines of its output.
        said: String,
    },
    /// It runs but its admin API does not answer.
    #[error("caddy did not answer within {within:?}: {said}")]
    Silent {
        /// The time-out.
        within: Duration,
        /// The last lines of its output.
        said: String,
    },
    /// It cannot be stopped.
    #[error("caddy (process {pid}) cannot be ended: {reason}")]
    Stop {
        /// The process.
        pid: u32,
        /// The reason.
        reason: String,
    },
}

impl ChildError {
    /// Whether a later start can succeed with the same settings and program.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::PortTaken { .. } | Self::Ended { .. } | Self::Silent { .. })
    }
}
