//! Running instances.

mod error;
mod turns;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use model::{ByteSize, InstanceLimits, InstanceSeen, LogLine, ProjectId};
use secrecy::SecretString;
use tokio::sync::watch;

pub use error::DriverError;
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
    /// What it may use. Not part of the digest: where a limit can be changed while it runs, [`Driver::limit`] does.
    pub limits: InstanceLimits,
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

/// Who asks a registry of images.
#[derive(Debug, Clone)]
pub struct RegistryCredential {
    /// The name.
    pub username: String,
    /// The password or token.
    pub password: SecretString,
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

/// The word of the driver whose servers are images.
pub const DOCKER: &str = "docker";

/// A way to run instances. One instance a project.
#[async_trait]
pub trait Driver: Send + Sync + 'static {
    /// The word in the registry's column `driver`.
    fn kind(&self) -> &'static str;

    /// Whether it works, and what it cannot do here.
    async fn probe(&self) -> Result<DriverInfo, DriverError>;

    /// Makes the server be there: an image is pulled where it is not, as whoever `credential` names. How far that is, is
    /// told through `progress`, as a sentence without a full stop. Nothing to do is `Ok`.
    async fn fetch(
        &self,
        server: &ServerArtifact,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError>;

    /// Whether an instance of this spec could be started in place of the present one: the program can be run, and nobody
    /// else listens on the address. Touches nothing.
    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError>;

    /// Makes an instance of this digest run, replacing one of another digest or one that has exited. Returns when
    /// its process exists, not when it is ready.
    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError>;

    /// Holds the running instance to these limits from now on. What does not run has nothing to be held to, and is `Ok`;
    /// [`DriverError::NotLive`] where that takes another instance.
    async fn limit(&self, id: &ProjectId, limits: &InstanceLimits) -> Result<(), DriverError>;

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
