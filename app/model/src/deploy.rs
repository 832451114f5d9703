//! Deploys: a project gets another commit of its schema, or another release of its server.

mod draft;
mod plan;
mod rehearsal;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, BackupId, CommitInfo, OperationId, Preflight, Problem, ProjectId, ReleaseRef, SchemaRef};

pub use draft::{DeployDraft, DeployOptions};
pub use plan::{
    DeployGate, DeployPlan, RecentBackup, RepositoryAhead, SchemaDiff, WrittenSince, WrittenTable,
};
pub use rehearsal::{LockHeld, Rehearsal, WriteOutcome, WriteTried};

uuid_id! {
    /// The id of a deploy (UUID v7: later ones sort behind).
    DeployId
}

/// Why a deploy was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeployKind {
    /// Another commit or release.
    Deploy,
    /// The commit and release of a former deploy again. The data stays as it is.
    Rollback,
}

words!(DeployKind { Deploy = "deploy", Rollback = "rollback" } accepted "deploy or rollback");

/// Where a deploy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeployState {
    /// Its job is open.
    Running,
    /// The project was verified to run it.
    Succeeded,
    /// It did not come about; the former commit serves.
    Failed,
    /// It was cancelled before anything of the project was changed.
    Cancelled,
}

words!(DeployState {
    Running = "running", Succeeded = "succeeded", Failed = "failed", Cancelled = "cancelled",
} accepted "running, succeeded, failed or cancelled");

/// What a deploy brings a project to, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeployVersion {
    /// The schema.
    pub schema_ref: SchemaRef,
    /// The release; absent: what the fleet runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseRef>,
}

/// A deploy of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deploy {
    /// Its id.
    pub id: DeployId,
    /// The project. The deploy outlives it.
    pub project_id: ProjectId,
    /// The job.
    pub operation_id: OperationId,
    /// Why it was requested.
    pub kind: DeployKind,
    /// What ran before.
    pub from: DeployVersion,
    /// What it brings.
    pub to: DeployVersion,
    /// The commit of `to`.
    pub commit: CommitInfo,
    /// Who requested it.
    pub actor: Actor,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// The backup that was taken before the change, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_id: Option<BackupId>,
    /// What it was expected to do.
    pub preflight: Preflight,
    /// What it did to a copy of the data, if it was rehearsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<Rehearsal>,
    /// Where it is.
    pub state: DeployState,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// When the project's row named the new version; absent before.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<OffsetDateTime>,
    /// When it was over.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<OffsetDateTime>,
    /// Until when its undo with data is offered; absent: it is not.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<OffsetDateTime>,
}
