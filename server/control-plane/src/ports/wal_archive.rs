//! The archive of the write-ahead log of a database server: what is needed to restore one project to a time.
//!
//! A restore to a time starts from a base backup, which is a copy of the files of the whole server, and replays the log from there in
//! a private server: the side cluster. One database of it is dumped into an ordinary archive. The live server is read only.
//!
//! Base backups and log without a gap between them are a chain. Where the log has a gap, a new chain begins.

mod error;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use model::{DatabaseServerName, OperationId, RecoveryWindow, WalArchive as WalArchiveReport};
use time::OffsetDateTime;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::database_copies::DatabaseCopies;
pub use error::{WalArchiveError, outside};

/// A result of the archive.
type Result<T> = std::result::Result<T, WalArchiveError>;

/// The archive of the write-ahead log of one database server.
#[async_trait]
pub trait WalArchive: Send + Sync + 'static {
    /// Receives the log until `stop`, at most one receiver at a time. A receiver that ends is started again after a pause. Whatever is
    /// wrong is in the next report.
    async fn receive(&self, stop: &CancellationToken);

    /// Compares the archive with the server. A server that does not answer is a problem in the report, not an error.
    async fn observe(&self) -> WalArchiveReport;

    /// The periods of all chains, oldest first, read from the archive itself: the server may be unreachable.
    async fn windows(&self) -> Result<Vec<RecoveryWindow>>;

    /// Whether a base backup is due: there is none in the chain that is being written, or the newest one is older than the interval.
    /// `false` while no log is received.
    async fn base_is_due(&self) -> Result<bool>;

    /// The base backup of this operation. Nothing is made yet.
    async fn begin_base(&self, operation: OperationId) -> Result<Box<dyn BaseBackup>>;

    /// Removes base backups and log that the window does not need, and what operations that are not among `open` left behind: incomplete
    /// base backups and side clusters, whose server is ended first.
    async fn prune(&self, open: &BTreeSet<OperationId>) -> Result<()>;

    /// The side cluster of this operation, in the state of the server at this time. Nothing is made yet.
    /// [`WalArchiveError::Outside`] if no window contains the time.
    async fn side_cluster(&self, operation: OperationId, at: OffsetDateTime) -> Result<Box<dyn SideCluster>>;

    /// Drops our replication slot on the server, so that it no longer retains log for us. Absent is success.
    async fn release(&self) -> Result<()>;
}

/// A base backup that is being taken.
#[async_trait]
pub trait BaseBackup: Send + Sync {
    /// Removes what an earlier attempt left, checks the free space and makes the folder.
    async fn prepare(&self) -> Result<()>;

    /// The program that copies the files of the server.
    fn copy(&self) -> Command;

    /// Bytes copied, and the expected sum.
    fn progress(&self) -> (u64, u64);

    /// The program that compares the copy with its manifest.
    fn verify(&self) -> Command;

    /// Waits until the archive has the log until the end of the copy, at most a minute, and lists the base backup as complete. Returns its
    /// size in bytes.
    async fn complete(&self) -> Result<u64>;
}

/// Until where the log is replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Until the last transaction that was committed at or before the time of the restore.
    Time,
    /// All that is in the archive: right where nothing was committed after the time.
    Everything,
}

/// A private server of one operation: it listens on a socket that only its own user can reach, archives nothing and connects to nothing.
#[async_trait]
pub trait SideCluster: Send + Sync {
    /// Whether an earlier attempt of this run of the machine has recovered it.
    fn is_recovered(&self) -> bool;

    /// Removes what an earlier attempt left, checks the free space and makes the folder. [`WalArchiveError::NoSpace`] if it is too little.
    async fn prepare(&self) -> Result<()>;

    /// The program that copies the base backup.
    fn copy(&self) -> Command;

    /// Writes the settings. Without `replay` the server starts as one that was recovered before.
    async fn configure(&self, replay: Option<Replay>) -> Result<()>;

    /// The server. It runs until it is stopped, and ends with this process.
    async fn start(&self) -> Result<Command>;

    /// Bytes of log that were replayed, and the expected sum; absent until the replay has begun.
    fn progress(&self) -> Option<(u64, u64)>;

    /// Whether it accepts connections: the replay is over, and it was promoted.
    fn is_ready(&self) -> bool;

    /// The end of its log.
    fn log(&self) -> String;

    /// Asks the server to stop: sessions are ended. The caller waits for the process.
    fn stop(&self);

    /// Marks it as recovered.
    async fn recovered(&self) -> Result<()>;

    /// Snapshots of its databases, while it runs.
    fn copies(&self) -> Arc<dyn DatabaseCopies>;

    /// Ends a server that is left over, and removes everything. Absent is success.
    async fn remove(&self) -> Result<()>;
}

/// The archives by database server.
#[derive(Clone, Default)]
pub struct WalArchives {
    on: Arc<BTreeMap<DatabaseServerName, Arc<dyn WalArchive>>>,
    off: Arc<[Arc<dyn WalArchive>]>,
}

impl WalArchives {
    /// `on` is archived; of the servers of `off` the replication slot is dropped, in case they were archived before.
    pub fn new(
        on: BTreeMap<DatabaseServerName, Arc<dyn WalArchive>>,
        off: impl IntoIterator<Item = Arc<dyn WalArchive>>,
    ) -> Self {
        Self { on: Arc::new(on), off: off.into_iter().collect() }
    }

    /// The archive of a server; `None` if it is not archived.
    pub fn of(&self, server: &str) -> Option<&Arc<dyn WalArchive>> {
        self.on.iter().find(|(name, _)| name.as_str() == server).map(|(_, archive)| archive)
    }

    /// The servers that are archived.
    pub fn on(&self) -> impl Iterator<Item = (&DatabaseServerName, &Arc<dyn WalArchive>)> {
        self.on.iter()
    }

    /// Those of the other servers.
    pub fn off(&self) -> &[Arc<dyn WalArchive>] {
        &self.off
    }
}
