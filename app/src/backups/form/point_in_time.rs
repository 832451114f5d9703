//! The request of a restore to a time as it is typed.

use model::PointInTimeDraft;
use serde::{Deserialize, Serialize};

/// The request as typed; a checkbox that is not checked is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PointInTimeForm {
    /// The time.
    pub(crate) at: String,
    /// The id of the project.
    pub(crate) confirm: String,
    /// `true`, or empty.
    pub(crate) backup_first: String,
}

impl PointInTimeForm {
    /// What the form begins with: a backup first, nothing typed.
    pub(crate) fn suggested() -> Self {
        Self { backup_first: "true".to_owned(), ..Self::default() }
    }

    /// The draft.
    pub(crate) fn draft(&self) -> PointInTimeDraft {
        PointInTimeDraft {
            at: self.at.clone(),
            confirm: self.confirm.clone(),
            backup_first: self.backup_first == "true",
        }
    }
}
