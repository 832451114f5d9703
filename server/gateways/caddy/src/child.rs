//! A Caddy of our own, for a machine that has none running.
//!
//! It outlives us: it has its own process group, its files are all below one folder, and `child.json` in there says
//! which process it is (by pid and start time, so a pid that was given again is never mistaken for it). The next start
//! adopts it. It starts with an admin socket and nothing else; routes come from the first apply.

mod adopt;
mod binary;
mod config;
mod error;
mod process;
mod socket;
mod start;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use binary::CaddyBinary;
pub use error::ChildError;

use crate::settings::AdminAddress;
use config::Files;
use process::ProcessIdentity;

/// What a child is started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSettings {
    /// The program.
    pub binary: CaddyBinary,
    /// Where all its files go, its certificates among them. Made when it is missing, closed to other users.
    pub folder: PathBuf,
    /// Where plain HTTP will be served.
    pub http: SocketAddr,
    /// Where HTTPS will be served.
    pub https: SocketAddr,
}

impl ChildSettings {
    /// The admin API of the Caddy of this folder, also before one runs there.
    pub fn admin(&self) -> Result<AdminAddress, ChildError> {
        let files = Files::make(&self.folder)?;
        Ok(AdminAddress::Unix(socket::ensure(&files.folder)?))
    }

    /// The root certificate of its internal issuer; there once a certificate was made.
    pub fn root_file(&self) -> PathBuf {
        self.folder.join("data/caddy/pki/authorities/local/root.crt")
    }
}

/// A Caddy that runs below a folder. Dropping this leaves it running.
#[derive(Debug)]
pub struct CaddyChild {
    files: Files,
    process: ProcessIdentity,
    admin: AdminAddress,
    adopted: bool,
}

impl CaddyChild {
    /// The Caddy of this folder: the one that runs and answers, else a new one. Idempotent; ports are looked at only
    /// before a new one is started, because a running one holds them itself.
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

    /// Whether it ran already.
    pub const fn is_adopted(&self) -> bool {
        self.adopted
    }

    /// Whether its process runs.
    pub fn is_running(&self) -> bool {
        self.process.is_running()
    }

    /// Asks it to end and waits; what does not end within `grace` (an open stream keeps it) is killed. Ended already
    /// is success.
    pub async fn stop(self, grace: Duration) -> Result<(), ChildError> {
        self.process.end(grace).await?;
        self.files.forget();
        Ok(())
    }
}
