//! Which operations a list contains.

use super::{OperationKind, OperationStatus};
use crate::event::{ActorPart, part};
use crate::{FieldError, Period, ProjectId};

/// Which operations. An absent part admits every operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// Only operations of this project.
    pub project: Option<ProjectId>,
    /// Only operations of this kind.
    pub kind: Option<OperationKind>,
    /// Only operations with this outcome.
    pub status: Option<OperationStatus>,
    /// Only operations whose actor contains this.
    pub actor: Option<ActorPart>,
    /// Only operations that were requested in this period.
    pub period: Period,
}

impl OperationFilter {
    /// All operations of a project; of all projects if there is none.
    pub fn of(project: Option<&ProjectId>) -> Self {
        Self { project: project.cloned(), ..Self::default() }
    }
}

/// A filter as it was typed; an empty field is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilterDraft {
    /// See [`ProjectId`].
    pub project: String,
    /// See [`OperationKind`].
    pub kind: String,
    /// See [`OperationStatus`].
    pub status: String,
    /// See [`ActorPart`].
    pub actor: String,
    /// See [`Period::parse`].
    pub from: String,
    /// See [`Period::parse`].
    pub to: String,
}

impl OperationFilterDraft {
    /// The valid filter, or every wrong field.
    pub fn validate(self) -> Result<OperationFilter, Vec<FieldError>> {
        let Self { project, kind, status, actor, from, to } = self;
        let mut errors = Vec::new();
        let filter = OperationFilter {
            project: part(&mut errors, "project", &project),
            kind: part(&mut errors, "kind", &kind),
            status: part(&mut errors, "status", &status),
            actor: part(&mut errors, "actor", &actor),
            period: Period::parse(&from, &to, &mut errors),
        };
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }
}
