//! From where a project got its first data.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{BackupId, EnvName, ProjectId};

/// From where a project got its first data: a backup, or the database of another project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectOrigin {
    /// The project whose data it is. It may be deleted.
    pub source: ProjectId,
    /// The backup that was restored; absent: the project is a clone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupId>,
    /// When it is removed with its database; absent: it does not expire. Only clones expire.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<OffsetDateTime>,
    /// Whether its data is in place. Its instance is not started before.
    pub filled: bool,
    /// The variables of the source whose values are secrets: they were not copied.
    #[serde(default)]
    pub left_out: Vec<EnvName>,
}

impl ProjectOrigin {
    /// Whether it is a clone: a copy for a while, in which nothing is unique.
    pub const fn is_clone(&self) -> bool {
        self.backup.is_none()
    }
}
