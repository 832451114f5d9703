//! What a create would make.

use serde::{Deserialize, Serialize};

use crate::{CommitInfo, Project, SecretName, Step};

/// What a create would make. A plan exists only for a create that would be accepted: every name is free, the schema file
/// exists, and the pool has room on its database server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatePlan {
    /// The project before its first step: nothing of it is observed.
    pub project: Project,
    /// The commit of the schema; `None` if the repository could not be read within 10 s.
    pub commit: Option<CommitInfo>,
    /// Whether the database is a retained one, with its secrets and media.
    pub database_reused: bool,
    /// Connections of the database server that are free for projects after the create.
    pub connections_free: u32,
    /// The secrets that are generated.
    pub generated_secrets: Vec<SecretName>,
    /// Secrets that the environment uses and that have no value: the project starts after they are set. `None` if the secret
    /// store did not answer; a create is accepted nevertheless.
    pub unset_secrets: Option<Vec<SecretName>>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}
