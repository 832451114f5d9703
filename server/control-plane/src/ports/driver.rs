//! Running instances.

mod turns;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use model::{ByteSize, InstanceSeen, LogLine, Problem, ProjectId};
use secrecy::SecretString;

use super::Failure;
pub use turns::Turns;

/// Everything an instance is made of. Implementations destructure it whole, so that a new field is a compile
/// error until each has decided what to do with it.
#[derive(Clone, Debug)]
pub struct InstanceSpec {
    /// Whose instance.
    pub project_id: ProjectId,
    /// Digest over everything below (secrets by their version). A running instance with an equal digest is
    /// left alone, any other is replaced; it is kept with the instance and survives the control plane.
    pub digest: String,
    /// What it runs.
    pub server: ServerArtifact,
    /// Where it shall listen. The driver turns it into `HOST` and `PORT`.
    pub address: SocketAddr,
    /// Its environment, apart from what the driver sets itself: `HOST`, `PORT`, `ATOMO_SCHEMA_PATH`,
    /// `STORAGE_LOCAL_DIR`. Nothing of the control plane's own environment is added.
    pub env: Vec<(String, SecretString)>,
    /// The folder that holds `schema.ts`, read-only for the instance.
    pub schema_dir: PathBuf,
    /// The folder for uploads; survives stop, remove and delete.
    pub media_dir: PathBuf,
    /// The folder of the socket that the database in `env` is reached by; `None` where that is a TCP address.
    pub database_socket: Option<PathBuf>,
    /// Values that may never reach a stored or shown log line.
    pub redact: Vec<SecretString>,
}

/// Where the server of an instance comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerArtifact {
    /// An executable on the host.
    Program(PathBuf),
    /// An image, by tag or digest.
    Image(String),
}

impl fmt::Display for ServerArtifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(path) => write!(f, "the program {}", path.display()),
            Self::Image(name) => write!(f, "the image {name}"),
        }
    }
}

/// What a driver says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverInfo {
    /// What it is, with its version.
    pub name: String,
    /// What it cannot do on this machine (limits that the kernel does not offer, ...), as sentences.
    pub missing: Vec<String>,
}

/// What an instance uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceStats {
    /// Resident memory.
    pub memory: ByteSize,
    /// Processor time since it started.
    pub cpu: Duration,
    /// Threads and processes.
    pub tasks: u32,
}

/// Which lines of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogQuery {
    /// At most so many of the newest lines.
    pub tail: usize,
    /// Go on with lines as they come, until the stream is dropped.
    pub follow: Follow,
}

/// Whether a log goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// End after the newest line.
    No,
    /// Go on, across restarts of the instance.
    Yes,
}

/// Why a driver could not do it.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The engine, the keeper or the file system does not answer.
    #[error("{doing}: {reason}")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        reason: String,
    },
    /// Something else listens where the instance should.
    #[error("{address} is taken{}", .by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default())]
    AddressTaken {
        /// The address.
        address: SocketAddr,
        /// The process, where it can be found out: `name (pid N)`.
        by: Option<String>,
    },
    /// The server is missing or may not be run.
    #[error("{server} cannot be started: {reason}")]
    Server {
        /// What should have been started.
        server: ServerArtifact,
        /// What came back.
        reason: String,
    },
    /// Something else has the name that a part of the instance needs.
    #[error("the {what} {name} is there and belongs to somebody else")]
    NameTaken {
        /// `container` or `network`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// No space, or a folder that may not be written.
    #[error("{path:?} cannot be written: {reason}")]
    Storage {
        /// The folder or file.
        path: PathBuf,
        /// What came back.
        reason: String,
    },
}

impl Failure for DriverError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Storage { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { doing, reason } => Problem::unavailable(
                "driver",
                format!("While {doing}: {reason}. It is tried again by itself."),
            ),
            Self::AddressTaken { address, by } => Problem::new(
                model::ProblemKind::Refused,
                "The port is taken",
                format!(
                    "{address} is in use by {}. Free it, then press Retry.",
                    by.as_deref().unwrap_or("another process")
                ),
            ),
            Self::Server { server: ServerArtifact::Program(program), reason } => Problem::new(
                model::ProblemKind::Refused,
                "The server program cannot be started",
                format!("{}: {reason}. Check ATOMO_FLEET_SERVER_BIN, then press Retry.", program.display()),
            ),
            Self::Server { server: ServerArtifact::Image(image), reason } => Problem::new(
                model::ProblemKind::Refused,
                "The server image cannot be started",
                format!("{image}: {reason}. Check ATOMO_FLEET_SERVER_IMAGE, then press Retry."),
            ),
            Self::NameTaken { what, name } => Problem::new(
                model::ProblemKind::Refused,
                "A name on the engine is taken",
                format!(
                    "There is a {what} {name} that is not this fleet's; it was left alone. Rename or remove it, then press Retry."
                ),
            ),
            Self::Storage { path, reason } => Problem::unavailable(
                "driver",
                format!(
                    "{} cannot be written: {reason}. Make room or correct its mode; it is tried again by itself.",
                    path.display()
                ),
            ),
        }
    }
}

/// A way to run instances. One instance a project.
#[async_trait]
pub trait Driver: Send + Sync + 'static {
    /// The word in the registry's column `driver`.
    fn kind(&self) -> &'static str;

    /// Whether it works, and what it cannot do here.
    async fn probe(&self) -> Result<DriverInfo, DriverError>;

    /// Whether an instance of this spec could be started in place of the present one: the program can be run, and nobody
    /// else listens on the address. Touches nothing.
    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError>;

    /// Makes an instance of this digest run, replacing one of another digest or one that has exited. Returns when
    /// its process exists, not when it is ready.
    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError>;

    /// Asks the instance to end, waits up to `grace`, then kills it. No process of it is left when this returns.
    async fn ensure_stopped(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError>;

    /// Stops it at once and removes every trace but its media folder and its schema folder.
    async fn remove(&self, id: &ProjectId) -> Result<(), DriverError>;

    /// The instance, running or exited; `None` when it was never started or was removed.
    async fn inspect(&self, id: &ProjectId) -> Result<Option<InstanceSeen>, DriverError>;

    /// All instances of this control plane, also of projects that no longer exist.
    async fn list(&self) -> Result<Vec<(ProjectId, InstanceSeen)>, DriverError>;

    /// What it uses; `None` when it does not run.
    async fn stats(&self, id: &ProjectId) -> Result<Option<InstanceStats>, DriverError>;

    /// Its log, redacted, oldest line first; empty when it was never started.
    async fn logs(
        &self,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError>;

    /// Hints that something about an instance changed ("look again"). May miss some: a sweep repairs that.
    fn changes(&self) -> BoxStream<'static, ProjectId>;
}
