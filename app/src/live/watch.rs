//! The subject of a view, and the hints that concern it.

#[cfg(feature = "hydrate")]
use leptos::prelude::RwSignal;
#[cfg(any(feature = "hydrate", test))]
use model::Hint;
use model::{OperationId, ProjectId};

/// The subject of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Watch {
    /// All projects, operations and parts.
    Fleet,
    /// Whether the parts answer.
    Parts,
    /// One project and its operations.
    Project(ProjectId),
    /// One operation.
    Operation(OperationId),
}

#[cfg(any(feature = "hydrate", test))]
impl Watch {
    /// Whether the hint is about this subject.
    pub(crate) fn concerns(&self, hint: &Hint) -> bool {
        match (self, hint) {
            (Self::Fleet, _)
            | (_, Hint::Fleet)
            | (Self::Parts, Hint::Parts)
            | (Self::Project(_), Hint::Figures) => true,
            (Self::Project(mine), Hint::Project { project_id }) => mine == project_id,
            (Self::Project(mine), Hint::Operation { project_id, .. }) => project_id.as_ref() == Some(mine),
            (Self::Operation(mine), Hint::Operation { operation_id, .. }) => mine == operation_id,
            (Self::Operation(_), Hint::Project { .. } | Hint::Figures)
            | (Self::Parts, _)
            | (Self::Project(_) | Self::Operation(_), Hint::Parts) => false,
        }
    }
}

/// Debounces hints, so that a burst of them is two reloads.
#[cfg(any(feature = "hydrate", test))]
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    resting: bool,
    missed: bool,
}

#[cfg(any(feature = "hydrate", test))]
impl Pace {
    /// Called for a hint. Returns whether to reload now; [`Pace::release`] must then be called after the pause.
    pub(crate) const fn wake(&mut self) -> bool {
        if self.resting {
            self.missed = true;
            return false;
        }
        self.resting = true;
        true
    }

    /// Called after the pause. Returns whether to reload, because hints arrived meanwhile; the pause then starts again.
    pub(crate) const fn release(&mut self) -> bool {
        self.resting = self.missed;
        std::mem::replace(&mut self.missed, false)
    }
}

/// A view with its subject.
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
