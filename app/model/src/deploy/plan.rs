//! What a deploy would do, before it is requested.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{DeployKind, DeployVersion};
use crate::{BackupId, CommitInfo, CommitSha, OperationId, Preflight, ProjectId, RepoPath};

/// What a deploy of a commit would do to a project now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeployPlan {
    /// The project.
    pub project_id: ProjectId,
    /// Whether the version ran in the project before.
    pub kind: DeployKind,
    /// What runs.
    pub from: DeployVersion,
    /// What would run.
    pub to: DeployVersion,
    /// The commit of `to`.
    pub commit: CommitInfo,
    /// What the change does to the database.
    pub preflight: Preflight,
    /// What it needs.
    pub gate: DeployGate,
    /// The newest verified backup, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<RecentBackup>,
    /// The job that has to end first, if one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<OperationId>,
    /// How long the last deploy of the project kept requests waiting, in milliseconds, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_pause_ms: Option<u64>,
    /// For how many hours a deploy can be undone with its data.
    pub undo_hours: u64,
}

/// What a deploy needs before it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeployGate {
    /// Whether the id of the project has to be typed.
    pub confirm: bool,
    /// Whether it is rehearsed unless the request says otherwise.
    pub rehearse: bool,
    /// Whether a request without a rehearsal is refused.
    pub rehearse_required: bool,
    /// Whether a verified backup of at most this age, in hours, is needed; absent: none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_hours: Option<u64>,
}

/// A verified backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecentBackup {
    /// Which.
    pub id: BackupId,
    /// When it was taken.
    #[serde(with = "time::serde::rfc3339")]
    pub taken_at: OffsetDateTime,
}

/// What was written since the backup of a deploy and is lost when the deploy is undone with its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WrittenSince {
    /// The backup that the undo restores.
    pub backup_id: BackupId,
    /// When it was taken: what was written later is lost.
    #[serde(with = "time::serde::rfc3339")]
    pub taken_at: OffsetDateTime,
    /// Tables with another number of rows, or that exist on one side only. Changed rows are not counted.
    pub tables: Vec<WrittenTable>,
}

/// The rows of a table at two times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WrittenTable {
    /// The table, with its schema.
    pub table: String,
    /// Rows in the backup; absent: the table did not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<u64>,
    /// Rows now; absent: the table does not exist any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<u64>,
}

/// The commits of a repository after the one that a project is declared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepositoryAhead {
    /// Those that changed the schema file on the default branch, the newest first. At most 50.
    pub commits: Vec<CommitInfo>,
    /// Whether the commit of the project is among the last 50: otherwise it is on another branch, older, or gone.
    pub present_is_known: bool,
}

/// How a schema file differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaDiff {
    /// The file.
    pub path: RepoPath,
    /// The one commit.
    pub from: CommitSha,
    /// The other one.
    pub to: CommitSha,
    /// The lines of a unified diff; none where the file is the same. At most 2000.
    pub lines: Vec<String>,
    /// How many lines were left out.
    pub left_out: u64,
}
