//! A backup that is restored as a new project.

use serde::{Deserialize, Serialize};

use crate::{BackupId, EnvName, LimitsDraft, ProjectId, SchemaRef};

/// The request of a restore as a new project. Everything else is as it was in the backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RestoreNewDraft {
    /// The id of the new project. See [`ProjectId`].
    #[serde(default)]
    pub id: String,
    /// Empty: the id.
    #[serde(default)]
    pub display_name: String,
    /// See [`crate::Hostname`]; empty: that of the source with the new id as its first label.
    #[serde(default)]
    pub hostname: String,
    /// What is absent is as it was in the backup.
    #[serde(default, skip_serializing_if = "LimitsDraft::is_empty")]
    pub limits: LimitsDraft,
    /// The database server; empty: `default`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub database_server: String,
}

/// What a new project gets from a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewProjectPlan {
    /// The backup.
    pub backup: BackupId,
    /// The project whose data it is.
    pub source: ProjectId,
    /// The schema file and its commit.
    pub schema_ref: SchemaRef,
    /// The variables that are copied.
    pub env: Vec<EnvName>,
    /// The variables whose values are secrets: they are not copied.
    pub left_out: Vec<EnvName>,
}
