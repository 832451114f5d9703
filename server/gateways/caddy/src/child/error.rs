//! Why there is no Caddy of our own.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Why there is no Caddy of our own. Each says what to do where something can be done.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// No program was found.
    #[error("no caddy was found; looked at {}. Install Caddy 2.6 or newer, name one, or give the admin API of one that runs", tried.join(", "))]
    NoBinary {
        /// The places, in order.
        tried: Vec<String>,
    },
    /// The program cannot be used.
    #[error("{} cannot be used: {reason}", path.display())]
    BadBinary {
        /// The program.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Somebody else listens where the gateway should.
    #[error("the {purpose} port {address} is taken{}; end that or choose another port", holder.as_ref().map(|who| format!(" by {who}")).unwrap_or_default())]
    PortTaken {
        /// `HTTP` or `HTTPS`.
        purpose: &'static str,
        /// The address.
        address: SocketAddr,
        /// The process, where it can be seen: `nginx (pid 812)`.
        holder: Option<String>,
    },
    /// This user may not listen there, or the address is none of this machine.
    #[error("the {purpose} address {address} cannot be listened on")]
    PortRefused {
        /// `HTTP` or `HTTPS`.
        purpose: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the machine said.
        source: io::Error,
    },
    /// Its folder cannot be used.
    #[error("{doing} {}", path.display())]
    Folder {
        /// What was being done.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// What the machine said.
        source: io::Error,
    },
    /// The program cannot be started.
    #[error("starting {}", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// What the machine said.
        source: io::Error,
    },
    /// It ended before it answered.
    #[error("caddy ended at its start ({status}): {said}")]
    Ended {
        /// How.
        status: ExitStatus,
        /// Its last lines.
        said: String,
    },
    /// It runs but its admin API does not answer.
    #[error("caddy did not answer within {within:?}: {said}")]
    Silent {
        /// How long it was waited for.
        within: Duration,
        /// Its last lines.
        said: String,
    },
    /// It cannot be ended.
    #[error("caddy (process {pid}) cannot be ended: {reason}")]
    Stop {
        /// The process.
        pid: u32,
        /// Why.
        reason: String,
    },
}

impl ChildError {
    /// Whether a later start can succeed without another setting or another program.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::PortTaken { .. } | Self::Ended { .. } | Self::Silent { .. })
    }
}
