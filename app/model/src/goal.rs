//! What the reconciler brings a project to.

use crate::{DesiredState, OperationId};

/// What the reconciler brings a project to: a pure function of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// An instance that answers through the gateway.
    Run,
    /// No instance, and the maintenance page in the route. Everything else stays.
    Stop,
    /// As [`Goal::Stop`], until this job is over, whatever state is desired.
    Maintain(OperationId),
    /// Nothing may be changed until this job is over.
    Hold(OperationId),
    /// No instance, no route, no row. Database, secrets and media are retained.
    Remove,
}

/// The columns that decide the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoalColumns {
    /// What the operator asked for.
    pub desired_state: DesiredState,
    /// Whether the project is to be deleted.
    pub delete_requested: bool,
    /// The job that alone may touch instance and database now.
    pub exclusive_job: Option<OperationId>,
    /// Whether that job keeps the project in maintenance.
    pub maintenance: bool,
}

impl Goal {
    /// The goal. A job comes before everything else: also a delete waits for its end.
    pub const fn of(columns: GoalColumns) -> Self {
        match columns {
            GoalColumns { exclusive_job: Some(job), maintenance: true, .. } => Self::Maintain(job),
            GoalColumns { exclusive_job: Some(job), .. } => Self::Hold(job),
            GoalColumns { delete_requested: true, .. } => Self::Remove,
            GoalColumns { desired_state: DesiredState::Running, .. } => Self::Run,
            GoalColumns { desired_state: DesiredState::Stopped, .. } => Self::Stop,
        }
    }

    /// Whether the maintenance page stands in the route itself.
    pub const fn is_maintained(self) -> bool {
        matches!(self, Self::Stop | Self::Maintain(_))
    }
}
