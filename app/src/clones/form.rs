//! The request of a clone as it is typed.

use model::{CloneDraft, LimitsDraft};
use serde::{Deserialize, Serialize};

/// The request as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CloneForm {
    /// The id of the clone.
    pub(crate) id: String,
    /// Its hostname, or empty.
    pub(crate) hostname: String,
    /// A branch, tag or commit, or empty.
    pub(crate) r#ref: String,
    /// Its lifetime, or empty.
    pub(crate) expires: String,
    /// Its memory, or empty.
    pub(crate) memory: String,
    /// Its processors, or empty.
    pub(crate) cpu: String,
}

impl CloneForm {
    /// The draft.
    pub(crate) fn draft(&self) -> CloneDraft {
        let limit =
            |typed: &String| Some(typed.clone()).filter(|typed| !typed.trim().is_empty()).map(Into::into);
        CloneDraft {
            id: self.id.clone(),
            hostname: self.hostname.clone(),
            r#ref: self.r#ref.clone(),
            expires: self.expires.clone(),
            limits: LimitsDraft {
                memory: limit(&self.memory),
                cpu: limit(&self.cpu),
                ..LimitsDraft::default()
            },
            ..CloneDraft::default()
        }
    }
}
