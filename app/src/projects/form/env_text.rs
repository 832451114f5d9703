//! The environment as text, as it is typed.

use model::{Problem, Project, ProjectPatch};
use serde::{Deserialize, Serialize};

use crate::projects::env::text::text_drafts;

/// The form that replaces the environment by a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EnvTextForm {
    pub(crate) env_text: String,
}

impl EnvTextForm {
    /// The present environment of a project.
    pub(crate) fn of(project: &Project) -> Self {
        Self { env_text: model::dotenv::print(&project.env) }
    }

    /// A patch of the environment alone, or an error for each line that cannot be read.
    pub(crate) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let env = text_drafts(&self.env_text).map_err(Problem::invalid)?;
        Ok(ProjectPatch { env: Some(env), ..ProjectPatch::default() })
    }
}
