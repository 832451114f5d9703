//! A Postgres server of our own, in a folder, run by the programs that are on this machine.
//!
//! The folder holds `data` (the cluster), `server.log` and the one before it, the passwords, and `run` with the socket
//! where its path is short enough. The server listens on that socket only; everybody may reach the socket, and must know a
//! password.
//!
//! Invariants:
//! - The server outlives us: it is in a session of its own, and the next [`Cluster::start`] adopts it.
//! - One start at a time: a lock on the folder is held while we look, initialise and start.
//! - A folder is a cluster as a whole or not at all: `initdb` works beside it and is renamed when it is on disk.
//! - Whether a server runs is decided by the processes that work in the folder, never by a number in a file alone; so
//!   a file that a crash left is removed only when nobody can be hurt by that.
//! - Postgres refuses root: as root everything runs as the folder's owner, or as the user `postgres`.

mod account;
mod binaries;
mod configuration;
mod error;
mod folder;
mod initialise;
mod log;
pub(crate) mod pid_file;
mod program;
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

/// The cluster's superuser.
const SUPERUSER: &str = "postgres";
/// Names the socket's file; nothing listens on TCP.
const PORT: u16 = 5432;

/// What a crash of the machine may cost. A crash of the server alone never costs anything that was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed.
    Durable,
    /// Everything. For tests: nothing is ever forced onto the disk.
    TestsOnly,
}

/// A cluster as it is wanted.
#[derive(Debug, Clone)]
pub struct ClusterSettings {
    /// Its folder; made where it is absent. The folders above must be open to the user that Postgres runs as.
    pub folder: PathBuf,
    /// Postgres' programs, of the cluster's major version.
    pub binaries: Binaries,
    /// What a crash of the machine may cost.
    pub durability: Durability,
    /// `max_connections`, from the next start of the server on. [`ClusterSettings::MAX_CONNECTIONS`] unless asked otherwise.
    pub max_connections: u32,
    /// How long a start may take, recovery after a crash included.
    pub start_limit: Duration,
}

impl ClusterSettings {
    /// Enough for 60 projects with pools of 5 and the spare connections of each role, beside what is kept for the control
    /// plane and for backups; an unused one costs some 20 kB.
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

/// How the server came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It ran already.
    Adopted,
    /// We started it.
    Started,
}

/// A running cluster. Dropping it changes nothing: the server runs on.
pub struct Cluster {
    folder: Folder,
    binaries: Binaries,
    socket: PathBuf,
    password: SecretString,
    origin: Origin,
    pid: u32,
}

impl Cluster {
    /// How the server came to run.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The folder of the socket.
    pub fn socket_folder(&self) -> &Path {
        &self.socket
    }

    /// What the server prints, errors at its start included.
    pub fn log_file(&self) -> PathBuf {
        self.folder.log()
    }

    /// The superuser's connection to the database `postgres`. Its `Debug` output holds the password: never print it.
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

/// Without the password.
impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { folder, origin, pid, socket, .. } = self;
        let mut shown = f.debug_struct("Cluster");
        shown.field("folder", &folder.home).field("origin", origin).field("pid", pid).field("socket", socket);
        shown.finish_non_exhaustive()
    }
}
