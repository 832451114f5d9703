//! Requests to delete a project with its database, and projects in the trash.

mod facts;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, BackupId, ByteSize, Hostname, Invalid, OperationId, Problem, ProjectId};

pub use facts::{DeleteFacts, OtherWork, ProvedBackup};

uuid_id! {
    /// The id of a delete request (UUID v7: later ones sort behind).
    DeleteRequestId
}

/// Where a delete request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeleteRequestState {
    /// It waits for an approval; the project runs.
    Pending,
    /// It begins as soon as its backup is verified and no other job works on the project.
    Approved,
    /// Another operator refused it. Nothing was changed.
    Refused,
    /// Its requester withdrew it. Nothing was changed.
    Withdrawn,
    /// No one decided in time. Nothing was changed.
    Expired,
    /// Its job runs.
    Executing,
    /// The project is in the trash.
    Executed,
    /// It was given up; the project is not deleted.
    Failed,
}

words!(DeleteRequestState {
    Pending = "pending", Approved = "approved", Refused = "refused", Withdrawn = "withdrawn", Expired = "expired",
    Executing = "executing", Executed = "executed", Failed = "failed",
} accepted "pending, approved, refused, withdrawn, expired, executing, executed or failed");

impl DeleteRequestState {
    /// Whether it is decided and done: nothing happens by it any more.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Pending | Self::Approved | Self::Executing)
    }
}

/// When another operator has to approve a delete request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApprovalPolicy {
    /// Where more than one operator may approve it.
    #[default]
    Auto,
    /// Always. With a single operator, no request is ever approved.
    Always,
    /// Never.
    Never,
}

words!(ApprovalPolicy { Auto = "auto", Always = "always", Never = "never" } accepted "auto, always or never");

/// A request to delete a project with its database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeleteRequest {
    /// Its id.
    pub id: DeleteRequestId,
    /// The project. The request outlives it.
    pub project_id: ProjectId,
    /// Who filed it.
    pub actor: Actor,
    /// When it was filed.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When it expires if no one decides.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// What the requester was shown.
    pub shown: DeleteFacts,
    /// Whether another operator has to approve it.
    pub needs_approval: bool,
    /// The backup that proves that the data can be restored.
    pub backup_id: BackupId,
    /// The backup that is taken after the instance was stopped; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_backup_id: Option<BackupId>,
    /// The job that executes it; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<OperationId>,
    /// Where it is.
    pub state: DeleteRequestState,
    /// Who approved, refused or withdrew it; absent: no one, or no approval was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Actor>,
    /// When.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<OffsetDateTime>,
    /// Why it was refused or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// When it was over.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<OffsetDateTime>,
    /// Whether the caller filed it: they may withdraw and never approve it.
    #[serde(default)]
    pub is_own: bool,
}

/// What a delete of a project with its database would do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletePreview {
    /// What is destroyed.
    pub facts: DeleteFacts,
    /// Whether another operator has to approve it.
    pub needs_approval: bool,
    /// Whether a backup is taken first, because none was verified within `backup_age_s`.
    pub takes_backup: bool,
    /// The greatest age of the verified backup, in seconds.
    pub backup_age_s: u64,
    /// How long the database is in the trash, in seconds.
    pub trash_s: u64,
    /// The open request, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_request: Option<DeleteRequestId>,
}

/// A request as it is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteRequestDraft {
    /// The id of the project, as confirmation.
    #[serde(default)]
    pub confirm: String,
}

impl DeleteRequestDraft {
    /// Fails unless the confirmation is the id of the project.
    pub fn validate(&self, project: &ProjectId) -> Result<(), Problem> {
        let message = match self.confirm.trim() {
            typed if typed == project.as_str() => return Ok(()),
            "" => "A confirmation is needed.",
            _ => "This is not the project's id. Nothing was deleted.",
        };
        Err(Problem::field("confirm", message, "the id of the project that is deleted"))
    }
}

/// The approval of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalDraft {
    /// The id of the project, as confirmation.
    #[serde(default)]
    pub confirm: String,
    /// A note for the requester: at most 500 characters.
    #[serde(default)]
    pub reason: String,
}

impl ApprovalDraft {
    /// The note, or the fault of confirmation or note.
    pub fn validate(&self, project: &ProjectId) -> Result<Option<String>, Problem> {
        DeleteRequestDraft { confirm: self.confirm.clone() }.validate(project)?;
        ReasonDraft { reason: self.reason.clone() }.validate()
    }
}

/// Why a request is refused or withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReasonDraft {
    /// The reason, for the requester: at most 500 characters. A refusal needs one.
    #[serde(default)]
    pub reason: String,
}

/// Maximum length of a reason, in characters.
const REASON: usize = 500;

impl ReasonDraft {
    /// The reason; `None` if there is none.
    pub fn validate(&self) -> Result<Option<String>, Problem> {
        let reason = self.reason.trim();
        if reason.chars().count() > REASON {
            let fault = Invalid::new("The reason is too long.", "at most 500 characters");
            return Err(Problem::field("reason", fault.message, fault.accepted));
        }
        Ok(Some(reason.to_owned()).filter(|reason| !reason.is_empty()))
    }
}

/// A deleted project whose database, secrets and media still exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrashedProject {
    /// Its id. No project of this id can be created meanwhile.
    pub project_id: ProjectId,
    /// Its display name.
    pub display_name: String,
    /// Its names, the primary one first. Other projects may take them.
    pub hostnames: Vec<Hostname>,
    /// The database server that holds its database.
    pub database_server: String,
    /// The name of the database there.
    pub database: String,
    /// Its size when the project was deleted, if it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<ByteSize>,
    /// The operation that deleted it.
    pub operation_id: OperationId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub deleted_at: OffsetDateTime,
    /// When database, secrets and media are destroyed.
    #[serde(with = "time::serde::rfc3339")]
    pub drop_after: OffsetDateTime,
}
