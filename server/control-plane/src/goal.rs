//! The goal of a row, and whether it was reached.

use model::{Goal, GoalColumns};

use crate::registry::ProjectRecord;

/// The goal of the project.
pub fn goal(record: &ProjectRecord) -> Goal {
    Goal::of(GoalColumns {
        desired_state: record.project.desired_state,
        delete_requested: record.delete_requested_at.is_some(),
        // an instance never starts on a database that is not filled yet
        exclusive_job: record
            .exclusive_job
            .or(record.fill_job.filter(|_| record.delete_requested_at.is_none())),
        maintenance: record.maintenance,
    })
}

/// Whether the row has a generation that was not reached yet.
pub const fn is_due(record: &ProjectRecord) -> bool {
    record.project.generation > record.project.observed_generation
}
