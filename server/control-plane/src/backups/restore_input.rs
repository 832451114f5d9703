//! What the job of a restore works on.

use model::{BackupId, DatabaseOid, DatabaseServerName, DeployVersion};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What it works on, and what it remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RestoreInput {
    /// The backup that is restored.
    pub(crate) backup: BackupId,
    /// The time to which the project is restored: the backup is made by this job, from the archive of the write-ahead log.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<OffsetDateTime>,
    /// The server of the project's database.
    pub(crate) database_server: DatabaseServerName,
    /// The backup that is taken first; `None` if the operator accepted the newest one.
    pub(crate) first: Option<BackupId>,
    /// Whether the project gets the schema commit of the backup.
    pub(crate) with_schema: bool,
    /// The version that the project gets instead: the undo of a deploy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<DeployVersion>,
    /// The database that the dump was loaded into; remembered before the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copy: Option<DatabaseOid>,
    /// The database that had the project's name before; remembered before the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<DatabaseOid>,
    /// Whether the project has no database, so that none gives its place; remembered before the exchange.
    #[serde(default)]
    pub(crate) lost: bool,
}
