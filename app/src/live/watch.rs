//! What a view shows, and which hints concern it.

#[cfg(feature = "hydrate")]
use leptos::prelude::RwSignal;
#[cfg(any(feature = "hydrate", test))]
use model::Hint;
use model::{OperationId, ProjectId};

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Watch {
    /// All projects, all operations, the parts.
    Fleet,
    /// One project and its operations.
    Project(ProjectId),
    /// One operation.
    Operation(OperationId),
}

#[cfg(any(feature = "hydrate", test))]
impl Watch {
    /// Whether the hint is about this.
    pub(crate) fn concerns(&self, hint: &Hint) -> bool {
        match (self, hint) {
            (Self::Fleet, _) | (_, Hint::Fleet) => true,
            (Self::Project(mine), Hint::Project { project_id }) => mine == project_id,
            (Self::Project(mine), Hint::Operation { project_id, .. }) => project_id.as_ref() == Some(mine),
            (Self::Operation(mine), Hint::Operation { operation_id, .. }) => mine == operation_id,
            (Self::Operation(_), Hint::Project { .. }) => false,
        }
    }
}

/// Keeps a burst of hints from becoming a burst of requests.
#[cfg(any(feature = "hydrate", test))]
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    resting: bool,
    missed: bool,
}

#[cfg(any(feature = "hydrate", test))]
impl Pace {
    /// A hint came. Answers whether to look now; then [`Pace::release`] has to be called a little later.
    pub(crate) const fn wake(&mut self) -> bool {
        if self.resting {
            self.missed = true;
            return false;
        }
        self.resting = true;
        true
    }

    /// The rest is over. Answers whether to look again, because hints came meanwhile; the rest then goes on.
    pub(crate) const fn release(&mut self) -> bool {
        self.resting = self.missed;
        std::mem::replace(&mut self.missed, false)
    }
}

/// A view that watches.
#[cfg(feature = "hydrate")]
pub(crate) struct Watcher {
    pub(crate) watch: Watch,
    pub(crate) version: RwSignal<u64>,
    pub(crate) pace: Pace,
}

#[cfg(feature = "hydrate")]
impl Watcher {
    pub(crate) fn new(watch: Watch, version: RwSignal<u64>) -> Self {
        Self { watch, version, pace: Pace::default() }
    }
}

#[cfg(test)]
mod tests;
