//! An embedded Postgres server: a cluster in a folder, run by the programs of this machine.
//!
//! The folder contains `data` (the cluster), `server.log` and its predecessor, the passwords, and `run` with the socket
//! if its path is short enough. The server listens on that socket only. Every user can reach the socket and needs a
//! password.
//!
//! Invariants:
//! - The server outlives this process: it has a session of its own, and the next [`Cluster::start`] adopts it.
//! - One start at a time: a lock on the folder is held during search, initialisation and start.
//! - A folder contains a complete cluster or none: `initdb` works beside it, and the result is renamed when it is on disk.
//! - Whether a server runs is decided by the processes whose working folder is the data folder, never by a pid file alone. A
//!   stale pid file is removed only when no process works there and the lock is held.
//! - Postgres refuses to run as root: as root everything runs as the folder's owner, or as the user `postgres`.

mod account;
mod binaries;
mod configuration;
mod error;
mod folder;
mod initialise;
mod log;
pub(crate) mod pid_file;
mod process;
pub(crate) mod program;
mod registry_database;
mod secret_file;
mod start;
mod stop;

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub use account::Account;
pub use binaries::{Binaries, BinariesError, Rejected, Search, find_all, find_binaries};
pub use error::ClusterError;

use folder::Folder;
use process::Identity;

/// The cluster's superuser.
const SUPERUSER: &str = "postgres";
/// Names the socket file; nothing listens on TCP.
const PORT: u16 = 5432;

/// What a crash of the machine may cost. A crash of the server alone never loses committed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// No committed data.
    Durable,
    /// Everything. For tests: nothing is synced to disk.
    TestsOnly,
}

/// The settings of a cluster.
#[derive(Debug, Clone)]
pub struct ClusterSettings {
    /// Its folder; created if absent. The user that Postgres runs as must be able to enter the folders above.
    pub folder: PathBuf,
    /// Postgres' programs, of the cluster's major version.
    pub binaries: Binaries,
    /// What a crash of the machine may cost.
    pub durability: Durability,
    /// `max_connections`, applied at the next start of the server. Default: [`ClusterSettings::MAX_CONNECTIONS`].
    pub max_connections: u32,
    /// Time-out of a start, recovery after a crash included.
    pub start_limit: Duration,
}

impl ClusterSettings {
    /// Enough for 60 projects with pools of 5 and the two extra connections of each role, beside those reserved for the
    /// control plane and for backups. An unused connection costs about 20 kB.
    pub const MAX_CONNECTIONS: u32 = 500;

    /// A durable cluster in a folder.
    pub fn new(folder: impl Into<PathBuf>, binaries: Binaries) -> Self {
        Self {
            folder: folder.into(),
            binaries,
            durability: Durability::Durable,
            max_connections: Self::MAX_CONNECTIONS,
            start_limit: Duration::from_secs(60),
        }
    }
}

/// Whether this process started the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was running already.
    Adopted,
    /// This process started it.
    Started,
}

/// A running cluster. Dropping it has no effect: the server keeps running.
pub struct Cluster {
    folder: Folder,
    binaries: Binaries,
    socket: PathBuf,
    password: SecretString,
    origin: Origin,
    process: Identity,
}

impl Cluster {
    /// Whether this process started the server.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.process.pid
    }

    /// Whether the server process still runs. Another process that was given its id later does not count.
    pub fn is_running(&self) -> bool {
        self.process.is_running()
    }

    /// The folder of the socket.
    pub fn socket_folder(&self) -> &Path {
        &self.socket
    }

    /// The server's log, errors at its start included.
    pub fn log_file(&self) -> PathBuf {
        self.folder.log()
    }

    /// Superuser connection options for the database `postgres`. Their `Debug` output contains the password: never
    /// print it.
    pub fn admin(&self) -> PgConnectOptions {
        self.options(SUPERUSER, &self.password).database("postgres")
    }

    fn options(&self, role: &str, password: &SecretString) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(PORT)
            .ssl_mode(PgSslMode::Disable)
            .username(role)
            .password(password.expose_secret())
    }
}

/// Omits the password.
impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { folder, origin, process: Identity { pid, .. }, socket, .. } = self;
        let mut shown = f.debug_struct("Cluster");
        shown.field("folder", &folder.home).field("origin", origin).field("pid", pid).field("socket", socket);
        shown.finish_non_exhaustive()
    }
}
