//! What moves on an open page.

use serde::{Deserialize, Serialize};

use crate::{OperationId, ProjectId};

/// What changed. Says only "look again": whoever missed one looks at the next.
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
    /// Something that concerns the whole: a part, a repository, several projects at once.
    Fleet,
}
