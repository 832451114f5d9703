//! The request of a restore as a new project as it is typed.

use model::RestoreNewDraft;
use serde::{Deserialize, Serialize};

/// The request as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RestoreNewForm {
    /// The id of the new project.
    pub(crate) id: String,
    /// Its display name, or empty.
    pub(crate) display_name: String,
    /// Its hostname, or empty.
    pub(crate) hostname: String,
}

impl RestoreNewForm {
    /// The draft.
    pub(crate) fn draft(&self) -> RestoreNewDraft {
        RestoreNewDraft {
            id: self.id.clone(),
            display_name: self.display_name.clone(),
            hostname: self.hostname.clone(),
            ..RestoreNewDraft::default()
        }
    }
}
