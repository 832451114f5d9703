//! The release that a project runs, as it is typed.

use model::ProjectPatch;
use serde::{Deserialize, Serialize};

/// The form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ReleaseForm {
    pub(crate) release: String,
}

impl ReleaseForm {
    /// A patch of the release alone.
    pub(crate) fn patch(&self) -> ProjectPatch {
        ProjectPatch { release: Some(self.release.clone()), ..ProjectPatch::default() }
    }
}
