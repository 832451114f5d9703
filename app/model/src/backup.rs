//! Backups of projects, and the proof that they can be restored.

mod new_project;
mod restore;
mod tables;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, ByteSize, CommitSha, OperationId, Problem, ProjectId};

pub use new_project::{NewProjectPlan, RestoreNewDraft};
pub use restore::{RestoreDraft, RestoreOptions};
pub use tables::TablesDraft;

uuid_id! {
    /// The id of a backup (UUID v7: later ones sort behind). It is in the name of the archive.
    BackupId
}

/// Why a backup was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BackupKind {
    /// An operator asked for it.
    Manual,
    /// A schedule was due.
    Scheduled,
    /// A restore was about to replace the data.
    PreRestore,
    /// A deploy was about to change the schema.
    PreDeploy,
    /// The project is about to be deleted.
    PreDelete,
    /// A restore to a time made it from the archive of the write-ahead log.
    PointInTime,
    /// The archive was uploaded from another installation.
    Uploaded,
}

words!(BackupKind {
    Manual = "manual", Scheduled = "scheduled", PreRestore = "pre_restore", PreDeploy = "pre_deploy", PreDelete = "pre_delete",
    PointInTime = "point_in_time", Uploaded = "uploaded",
} accepted "manual, scheduled, pre_restore, pre_deploy, pre_delete, point_in_time or uploaded");

/// Whether a backup can be restored from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BackupState {
    /// It is being written; nothing of it is visible in the archive store.
    Running,
    /// Its archive is complete.
    Complete,
    /// It was not completed.
    Failed,
    /// Its archive was removed.
    Removed,
}

words!(BackupState { Running = "running", Complete = "complete", Failed = "failed", Removed = "removed" }
    accepted "running, complete, failed or removed");

/// Whether a backup was proved by a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerificationState {
    /// It was not restored yet.
    Unverified,
    /// It was restored, and the copy was equal to what was backed up.
    Verified,
    /// It could not be restored, or the copy was different.
    Failed,
}

words!(VerificationState { Unverified = "unverified", Verified = "verified", Failed = "failed" }
    accepted "unverified, verified or failed");

/// The last verification of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// The result.
    pub state: VerificationState,
    /// When it ended; absent: it was not verified yet.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub at: Option<OffsetDateTime>,
    /// How long the restore took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore_ms: Option<u64>,
    /// How long restore and comparison took together, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What was compared, as phrases: `31 tables with 40,112 rows, by content`.
    #[serde(default)]
    pub compared: Vec<String>,
    /// What was different or in the way, as sentences; at most 100.
    #[serde(default)]
    pub differences: Vec<String>,
}

impl Default for Verification {
    fn default() -> Self {
        Self {
            state: VerificationState::Unverified,
            at: None,
            restore_ms: None,
            duration_ms: None,
            compared: Vec::new(),
            differences: Vec::new(),
        }
    }
}

/// A backup of one project: database, uploads, schema file and settings of the same moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Backup {
    /// Its id.
    pub id: BackupId,
    /// The project. The backup outlives it.
    pub project_id: ProjectId,
    /// Why it was taken.
    pub kind: BackupKind,
    /// Who asked for it.
    pub actor: Actor,
    /// Whether it can be restored from.
    pub state: BackupState,
    /// The operation that takes or took it.
    pub operation_id: OperationId,
    /// The archive, with its store: `the folder /var/lib/fleet/backups, shop/0193…`.
    pub archive: String,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it was complete; absent: it is not.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<OffsetDateTime>,
    /// The moment that it shows: the time of its snapshot.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<OffsetDateTime>,
    /// Its size in the archive store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_bytes: Option<ByteSize>,
    /// The size of the database that was backed up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_bytes: Option<ByteSize>,
    /// The size of the uploads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_bytes: Option<ByteSize>,
    /// The number of tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<u64>,
    /// The number of rows of all tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The commit of its schema file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitSha>,
    /// Product and version of the server: `PostgreSQL 15.18`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Whether its parts are encrypted to `age` recipients.
    #[serde(default)]
    pub encrypted: bool,
    /// The proof.
    pub verification: Verification,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl Backup {
    /// Whether it is complete and was proved by a restore.
    pub fn is_verified(&self) -> bool {
        self.state == BackupState::Complete && self.verification.state == VerificationState::Verified
    }

    /// How long it took, in milliseconds, if it is complete.
    pub fn duration_ms(&self) -> Option<u64> {
        let took = self.completed_at? - self.started_at;
        u64::try_from(took.whole_milliseconds()).ok()
    }
}
