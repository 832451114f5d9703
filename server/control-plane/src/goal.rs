//! What a row asks for: the goal, and whether it was reached.

use model::{Goal, GoalColumns};

use crate::registry::ProjectRecord;

/// What the project is brought to.
pub fn goal(record: &ProjectRecord) -> Goal {
    Goal::of(GoalColumns {
        desired_state: record.project.desired_state,
        delete_requested: record.delete_requested_at.is_some(),
        exclusive_job: record.exclusive_job,
        maintenance: record.maintenance,
    })
}

/// Whether something was asked for that was not reached yet.
pub const fn is_due(record: &ProjectRecord) -> bool {
    record.project.generation > record.project.observed_generation
}
