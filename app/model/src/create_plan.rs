//! What a create would make.

use serde::{Deserialize, Serialize};

use crate::{
    CommitInfo, DatabaseServerName, Email, Hostname, Labels, Limits, PoolSize, ProjectClass, ProjectId,
    ReleaseRef, SchemaRef, SecretName, Step,
};

/// What a create would make. A plan exists only for a create that would be accepted: every name is free, the schema file
/// exists, and the pool has room on its database server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatePlan {
    /// The id.
    pub id: ProjectId,
    /// The display name.
    pub display_name: String,
    /// The labels.
    pub labels: Labels,
    /// The class.
    pub class: ProjectClass,
    /// The hostname; without one the project is reached by the header `X-Atomo-Project` alone.
    pub hostname: Option<Hostname>,
    /// The aliases.
    pub aliases: Vec<Hostname>,
    /// The public address, `https://HOST[:PORT]`; `None` without a hostname.
    pub address: Option<String>,
    /// The schema.
    pub schema_ref: SchemaRef,
    /// The commit of the schema; `None` if the repository could not be read within 10 s.
    pub commit: Option<CommitInfo>,
    /// The release that the project is pinned to; `None`: whatever the fleet runs.
    pub release: Option<ReleaseRef>,
    /// The limits of the instance.
    pub limits: Limits,
    /// The name of the database and of its role.
    pub database: String,
    /// Whether the database is a retained one, with its secrets and media.
    pub database_reused: bool,
    /// The server of the database.
    pub database_server: DatabaseServerName,
    /// Connection pool size of the instance.
    pub pool_size: PoolSize,
    /// Connections of the database server that are free for projects after the create.
    pub connections_free: u32,
    /// The secrets that are generated.
    pub generated_secrets: Vec<SecretName>,
    /// Secrets that the environment uses and that have no value: the project starts after they are set.
    pub unset_secrets: Vec<SecretName>,
    /// The first admin.
    pub first_admin: Option<Email>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}
