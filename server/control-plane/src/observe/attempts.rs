//! What the reconciler reports of its attempts on each project.

use model::ProjectId;
use time::OffsetDateTime;

use super::Observations;

/// The attempts on a project since the last quiet minute. By default there are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AttemptReport {
    /// How many were begun.
    pub(crate) count: u32,
    /// When the first one began.
    pub(crate) first_at: Option<OffsetDateTime>,
    /// When the next one is due; `None` if nothing is scheduled.
    pub(crate) next_at: Option<OffsetDateTime>,
}

impl Observations {
    /// Stores the report of a project.
    pub(crate) fn set_attempts(&self, id: &ProjectId, report: AttemptReport) {
        self.lock().attempts.insert(id.clone(), report);
    }

    /// Removes the report: the project needs no work.
    pub(crate) fn forget_attempts(&self, id: &ProjectId) {
        self.lock().attempts.remove(id);
    }
}
