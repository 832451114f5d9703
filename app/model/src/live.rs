//! What moves on an open page.

use serde::{Deserialize, Serialize};

use crate::{OperationId, ProjectId};

/// What changed. Carries no state: a receiver that missed one is up to date after the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "topic", rename_all = "snake_case")]
pub enum Hint {
    /// A project's row, or what was seen of it.
    Project {
        /// Which.
        project_id: ProjectId,
    },
    /// An operation or one of its steps.
    Operation {
        /// On which project; absent for an operation on the whole fleet.
        project_id: Option<ProjectId>,
        /// Which.
        operation_id: OperationId,
    },
    /// A part went away or came back.
    Parts,
    /// Everything was looked at again: figures and times of all projects are newer.
    Figures,
    /// Everything may have changed, or a list did: repositories, orphans, settings of the fleet.
    Fleet,
}
