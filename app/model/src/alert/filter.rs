//! Which alerts a list contains.

use super::AlertKind;
use crate::event::part;
use crate::state::words;
use crate::{FieldError, ProjectId};

/// Whether an alert is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "snake_case"))]
pub enum AlertState {
    /// It is not.
    Open,
    /// It is: the condition ended, or a person accepted or snoozed it.
    Resolved,
}

words!(AlertState { Open = "open", Resolved = "resolved" } accepted "open or resolved");

/// Which alerts. An absent part admits every alert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only alerts of this project.
    pub project: Option<ProjectId>,
    /// Only alerts of this kind.
    pub kind: Option<AlertKind>,
    /// Only open ones, or only those that are over.
    pub state: Option<AlertState>,
}

/// A filter as it was typed; an empty field is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilterDraft {
    /// See [`ProjectId`].
    pub project: String,
    /// See [`AlertKind`].
    pub kind: String,
    /// See [`AlertState`].
    pub state: String,
}

impl AlertFilterDraft {
    /// The valid filter, or every wrong field.
    pub fn validate(self) -> Result<AlertFilter, Vec<FieldError>> {
        let Self { project, kind, state } = self;
        let mut errors = Vec::new();
        let filter = AlertFilter {
            project: part(&mut errors, "project", &project),
            kind: part(&mut errors, "kind", &kind),
            state: part(&mut errors, "state", &state),
        };
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }
}
