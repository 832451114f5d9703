//! What an operator follows on the screen: who asked for what, its steps, its outcome.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, Problem, ProjectId};

mod filter;
mod kind;
mod progress;
mod step;

pub use filter::{OperationFilter, OperationFilterDraft};
pub use kind::OperationKind;
pub use progress::{Progress, ProgressUnit};
pub use step::{PlannedStep, Step};

uuid_id! {
    /// The id of an operation (UUID v7: later ones sort behind).
    OperationId
}

/// How the work of an operation is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// The reconciler brings the project to what is desired. A later operation of this lane on the same project
    /// supersedes an earlier one.
    Converge,
    /// One piece of long work that runs beside reconciliation. Only its own end, a cancel or a failure ends it.
    Job,
}

words!(Lane { Converge = "converge", Job = "job" } accepted "converge or job");

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Not begun, or waiting for a part that is away.
    Waiting,
    /// A step is being worked on.
    Running,
    /// Done.
    Succeeded,
    /// Ended with a problem.
    Failed,
    /// Ended by an operator.
    Cancelled,
    /// A later operation on the same project took its place.
    Superseded,
}

words!(OperationStatus {
    Waiting = "waiting", Running = "running", Succeeded = "succeeded", Failed = "failed", Cancelled = "cancelled",
    Superseded = "superseded",
} accepted "waiting, running, succeeded, failed, cancelled or superseded");

impl OperationStatus {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled, Self::Superseded];

    /// Whether nothing more will happen.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Its turn has not come.
    Waiting,
    /// Being worked on.
    Running,
    /// Done.
    Done,
    /// Ended with a problem.
    Failed,
    /// Not run: an earlier one failed, or it was not needed.
    Skipped,
}

words!(StepStatus {
    Waiting = "waiting", Running = "running", Done = "done", Failed = "failed", Skipped = "skipped",
} accepted "waiting, running, done, failed or skipped");

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepRecord {
    /// Its place in the operation, counted from 1. A step may occur several times, at several places.
    pub ordinal: i32,
    /// Which.
    pub step: Step,
    /// How far.
    pub status: StepStatus,
    /// The difference that it closes, as a sentence without a full stop; absent where it follows from other steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was last begun.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// What was made, or what it waits for, in a sentence.
    pub note: Option<String>,
    /// How often it was begun.
    pub attempts: i32,
}

/// One request, followed from the button to its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// Whether it reconciles or is a job.
    pub lane: Lane,
    /// On which project; stays when the project is gone. Absent: the operation concerns the whole fleet.
    pub project_id: Option<ProjectId>,
    /// What was asked for.
    pub kind: OperationKind,
    /// How far it is.
    pub status: OperationStatus,
    /// Who asked.
    pub actor: Actor,
    /// The generation of the project that it works towards; 0 for a job, which works towards none.
    pub generation: i64,
    /// Whether no other command may touch the project's instance or database until it is over.
    #[serde(default)]
    pub exclusive: bool,
    /// Whether an operator asked for it to end early.
    #[serde(default)]
    pub cancel_requested: bool,
    /// How far a job is, where it can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When work began.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// Its steps, all of them from the start, in order.
    pub steps: Vec<StepRecord>,
    /// Why it failed, or what it waits for.
    pub problem: Option<Problem>,
}

impl Operation {
    /// What it is about, for people: the project's id, or `the fleet`.
    pub fn subject(&self) -> &str {
        self.project_id.as_ref().map_or("the fleet", ProjectId::as_str)
    }

    /// The step that is being worked on, or would be next.
    pub fn current(&self) -> Option<&StepRecord> {
        self.steps.iter().find(|step| matches!(step.status, StepStatus::Running | StepStatus::Waiting))
    }
}
