//! What the job of a deploy is requested with.

use model::{BackupId, DatabaseServerName, DeployId, DeployVersion, Problem};
use serde::{Deserialize, Serialize};

/// The input of the job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeployInput {
    /// The deploy.
    pub(super) deploy: DeployId,
    /// What runs.
    pub(super) from: DeployVersion,
    /// What is to run.
    pub(super) to: DeployVersion,
    /// The server of the project's database.
    pub(super) database_server: DatabaseServerName,
    /// The backup that is taken first.
    pub(super) backup: Option<BackupId>,
    /// The backup that it is rehearsed on; `None`: it is not rehearsed.
    pub(super) rehearse_on: Option<BackupId>,
    /// Whether the project is stopped before the backup is taken.
    pub(super) pause: bool,
    /// Columns whose NOT NULL is dropped before the server is started: table and column.
    #[serde(default)]
    pub(super) free: Vec<(String, String)>,
    /// Why the change failed, once it did: the former version is given back.
    #[serde(default)]
    pub(super) failed: Option<Problem>,
}
