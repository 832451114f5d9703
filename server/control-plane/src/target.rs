//! What the engine brings a project to: its row, or the revision that ran before a change that failed.
//!
//! A change that was refused leaves the project `failed`, and the project stays supervised: until something else is asked for,
//! the engine keeps the last revision running that was proved to run. It never tries the refused change again by itself, which
//! would stop what serves.

use model::{Goal, ProjectStatus};

use crate::goal::{goal, is_due};
use crate::registry::ProjectRecord;

/// What the engine brings a project to.
#[derive(Debug, Clone)]
pub struct ReconcileTarget {
    /// The row, with the content of the running revision where the engine returns to it.
    pub record: ProjectRecord,
    /// Whether something was asked for that was not reached yet.
    pub due: bool,
    /// Whether the engine keeps the last proved revision instead of what the row asks for.
    pub returned: bool,
}

impl ReconcileTarget {
    /// The target of a project with this row.
    pub fn of(mut record: ProjectRecord) -> Self {
        let due = is_due(&record);
        let failed = record.project.status == ProjectStatus::Failed && !due && goal(&record) == Goal::Run;
        let running = record.running.clone().filter(|running| failed && running.content != record.content());
        let returned = running.is_some();
        if let Some(running) = running {
            record.apply(running.content);
        }
        Self { record, due, returned }
    }
}
