//! Rollouts: one version for many projects, one of them first.

mod draft;
mod plan;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, OperationId, Problem, ProjectId, ReleaseRef, SchemaRef};

pub use draft::{ResumeDraft, RolloutDraft, RolloutMembers, RolloutRequest, RolloutSource};
pub use plan::{PlannedMember, PlannedOutcome, RolloutPlan};

uuid_id! {
    /// The id of a rollout (UUID v7: later ones sort behind).
    RolloutId
}

/// Maximum number of members.
pub const MAX_MEMBERS: usize = 500;
/// Maximum number of members that are deployed at the same time.
pub const MAX_AT_ONCE: u8 = 8;
/// How long the canary has to stay healthy, in seconds, unless the request says otherwise.
pub const BAKE_S: u32 = 60;

/// Where a rollout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// Its members begin one after the other.
    Running,
    /// A member failed: none begins until an operator resumes the rollout. Members under way finish.
    Paused,
    /// No member is left.
    Succeeded,
    /// An operator ended it. Members under way finish.
    Cancelled,
}

words!(RolloutState {
    Running = "running", Paused = "paused", Succeeded = "succeeded", Cancelled = "cancelled",
} accepted "running, paused, succeeded or cancelled");

impl RolloutState {
    /// Whether no member begins any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cancelled)
    }
}

/// Where a member of a rollout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RolloutMemberState {
    /// Not begun.
    Waiting,
    /// Its deploy is open, or it is the canary and has to stay healthy.
    Running,
    /// It runs the version.
    Succeeded,
    /// Its preflight, its deploy or its health did not allow to go on.
    Failed,
    /// It had the version, or an operator passed over it.
    Skipped,
}

words!(RolloutMemberState {
    Waiting = "waiting", Running = "running", Succeeded = "succeeded", Failed = "failed", Skipped = "skipped",
} accepted "waiting, running, succeeded, failed or skipped");

/// What a rollout brings its members to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RolloutTarget {
    /// A commit of the schema file that the members share.
    Schema {
        /// Repository, path and commit.
        schema_ref: SchemaRef,
    },
    /// A release of the server.
    Release {
        /// The image, or the file name of the program.
        release: ReleaseRef,
    },
}

impl RolloutTarget {
    /// In a few words: `shop/schema.ts at c9fc38d`.
    pub fn label(&self) -> String {
        match self {
            Self::Schema { schema_ref } => {
                format!("{} at {}", schema_ref.path(), schema_ref.commit().short())
            }
            Self::Release { release } => format!("release {release}"),
        }
    }
}

/// How the members of a rollout are deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolloutOptions {
    /// Members that are deployed at the same time once the canary is verified: 1 to 8.
    pub at_once: u8,
    /// How long the canary has to stay healthy before the next members begin, in seconds; 0: not at all.
    pub bake_s: u32,
    /// Takes a backup of each member first.
    pub backup_first: bool,
    /// Stops each member before its backup is taken.
    pub pause: bool,
    /// Starts the server on a copy of the data first. Absent: where the project's class is production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearse: Option<bool>,
}

/// How many members are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolloutCounts {
    /// Not begun.
    pub waiting: u32,
    /// Under way.
    pub running: u32,
    /// Done.
    pub succeeded: u32,
    /// Failed.
    pub failed: u32,
    /// Skipped.
    pub skipped: u32,
}

impl RolloutCounts {
    /// All members.
    pub const fn total(&self) -> u32 {
        self.waiting + self.running + self.done() + self.failed
    }

    /// Members for which nothing is left to do.
    pub const fn done(&self) -> u32 {
        self.succeeded + self.skipped
    }
}

/// A rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rollout {
    /// Its id.
    pub id: RolloutId,
    /// What it brings its members to.
    pub target: RolloutTarget,
    /// How.
    pub options: RolloutOptions,
    /// Why it was begun.
    pub reason: String,
    /// On whose account its members are deployed: who began it, or resumed it last.
    pub actor: Actor,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub begun_at: OffsetDateTime,
    /// Where it is.
    pub state: RolloutState,
    /// Why it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// When its state changed.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
    /// When it was over.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<OffsetDateTime>,
    /// How many members are in which state, also those that the caller may not see.
    pub counts: RolloutCounts,
    /// The members that the caller may see, in their order. Absent in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<RolloutMember>,
}

/// A project of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolloutMember {
    /// Its place in the order, from 1.
    pub position: u32,
    /// The project. The rollout outlives it.
    pub project_id: ProjectId,
    /// Where it is.
    pub state: RolloutMemberState,
    /// The job that deploys it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<OperationId>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// Why it was skipped, or what it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When its deploy was begun.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub began_at: Option<OffsetDateTime>,
    /// Since when the canary has to stay healthy.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub baking_since: Option<OffsetDateTime>,
    /// When it was over.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<OffsetDateTime>,
}
