//! The request of a restore as it is typed.

use model::RestoreDraft;
use serde::{Deserialize, Serialize};

/// The request as typed; a checkbox that is not checked is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RestoreForm {
    /// The id of the project.
    pub(crate) confirm: String,
    /// `true`, or empty.
    pub(crate) backup_first: String,
    /// `true`, or empty.
    pub(crate) with_schema: String,
}

impl RestoreForm {
    /// What the form begins with: both choices on, nothing typed.
    pub(crate) fn suggested() -> Self {
        Self { confirm: String::new(), backup_first: "true".to_owned(), with_schema: "true".to_owned() }
    }

    /// The draft.
    pub(crate) fn draft(&self) -> RestoreDraft {
        RestoreDraft {
            confirm: self.confirm.clone(),
            backup_first: self.backup_first == "true",
            with_schema: self.with_schema == "true",
        }
    }
}
