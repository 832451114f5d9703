//! Caddy as a child process, for a machine without one.
//!
//! It outlives the control plane: it has its own process group, all its files are below one folder, and `child.json`
//! identifies the process by pid and start time. The next start adopts it. It starts with an admin socket and nothing
//! else; routes come with the first apply.

mod adopt;
mod binary;
mod config;
mod error;
mod process;
mod socket;
mod start;
mod storage;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use binary::CaddyBinary;
pub use error::ChildError;

use crate::settings::AdminAddress;
use config::Files;
use process::ProcessIdentity;

/// The settings of the child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSettings {
    /// The program.
    pub binary: CaddyBinary,
    /// The folder of all its files, certificates included. Created if absent, closed to other users.
    pub folder: PathBuf,
    /// HTTP address.
    pub http: SocketAddr,
    /// HTTPS address.
    pub https: SocketAddr,
}

impl ChildSettings {
    /// The admin API of this folder's Caddy, running or not.
    pub fn admin(&self) -> Result<AdminAddress, ChildError> {
        let files = Files::make(&self.folder)?;
        Ok(AdminAddress::Unix(socket::ensure(&files.folder)?))
    }

    /// The root certificate of its internal CA; exists after the first certificate was issued.
    pub fn root_file(&self) -> PathBuf {
        self.folder.join("data/caddy/pki/authorities/local/root.crt")
    }
}

/// A running Caddy. Dropping this leaves it running.
#[derive(Debug)]
pub struct CaddyChild {
    files: Files,
    process: ProcessIdentity,
    admin: AdminAddress,
    adopted: bool,
}

impl CaddyChild {
    /// Adopts this folder's Caddy if it runs and answers, else starts one. Idempotent. Ports are checked only before a
    /// start, because a running Caddy holds them itself.
    pub async fn ensure(settings: &ChildSettings) -> Result<Self, ChildError> {
        let files = Files::make(&settings.folder)?;
        if let Some(child) = adopt::running(&files).await? {
            return Ok(child);
        }
        start::new(files, settings).await
    }

    /// Its admin API.
    pub const fn admin(&self) -> &AdminAddress {
        &self.admin
    }

    /// Its process.
    pub const fn pid(&self) -> u32 {
        self.process.pid
    }

    /// Whether it was running already.
    pub const fn is_adopted(&self) -> bool {
        self.adopted
    }

    /// Whether its process runs.
    pub fn is_running(&self) -> bool {
        self.process.is_running()
    }

    /// Sends SIGTERM and waits; kills it after `grace` (an open stream can delay its end). An ended Caddy is success.
    pub async fn stop(self, grace: Duration) -> Result<(), ChildError> {
        self.process.end(grace).await?;
        self.files.forget();
        Ok(())
    }
}
