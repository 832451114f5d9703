//! How a backup is restored.

use serde::{Deserialize, Serialize};

use crate::{Problem, ProjectId};

/// How a backup is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreOptions {
    /// Takes a backup of the present data first. `false` accepts the newest backup that is there.
    pub backup_first: bool,
    /// Gives the project the schema commit of the backup. `false` keeps the present one.
    pub with_schema: bool,
}

/// The request of a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RestoreDraft {
    /// The id of the project whose data is replaced, as confirmation.
    #[serde(default)]
    pub confirm: String,
    /// Takes a backup of the present data first (default). `false` accepts the newest backup that is there.
    #[serde(default = "yes")]
    pub backup_first: bool,
    /// Gives the project the schema commit of the backup (default). `false` keeps the present one.
    #[serde(default = "yes")]
    pub with_schema: bool,
}

const fn yes() -> bool {
    true
}

impl RestoreDraft {
    /// The options, or the fault of the confirmation.
    pub fn validate(&self, project: &ProjectId) -> Result<RestoreOptions, Problem> {
        if self.confirm.trim() != project.as_str() {
            let message = if self.confirm.is_empty() {
                "A confirmation is needed."
            } else {
                "This is another project."
            };
            return Err(Problem::field("confirm", message, "the id of the project whose data is replaced"));
        }
        Ok(RestoreOptions { backup_first: self.backup_first, with_schema: self.with_schema })
    }
}
