//! Class and labels as typed.

use model::{FieldError, Project, ProjectDraft, ProjectPatch};
use serde::{Deserialize, Serialize};

use super::labels;
use crate::address::Query;

/// The typed values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DescriptionForm {
    /// Empty: production for a new project, else the class stays.
    pub(crate) class: String,
    /// One `key=value` a line.
    pub(crate) labels: String,
}

impl DescriptionForm {
    /// The present values of a project.
    pub(crate) fn of(project: &Project) -> Self {
        Self { class: project.class.to_string(), labels: labels::text(&project.labels) }
    }

    /// The values that a link fills in.
    pub(crate) fn from_query(query: &Query) -> Self {
        let labels = query.all("label").collect::<Vec<_>>().join("\n");
        Self { class: query.get("class").unwrap_or_default(), labels }
    }

    /// Whether a new project has these values unless others are typed.
    pub(crate) fn is_default(&self) -> bool {
        matches!(&*self.class, "" | "production") && self.labels.trim().is_empty()
    }

    /// The draft with these values alone, or the field error.
    pub(super) fn draft(&self) -> Result<ProjectDraft, FieldError> {
        let (class, labels) = (self.class.clone(), labels::drafts(&self.labels)?);
        Ok(ProjectDraft { class, labels, ..ProjectDraft::default() })
    }

    /// The patch of these values alone, or the field error.
    pub(super) fn patch(&self) -> Result<ProjectPatch, FieldError> {
        let class = Some(self.class.clone()).filter(|class| !class.is_empty());
        let labels = Some(labels::drafts(&self.labels)?);
        Ok(ProjectPatch { class, labels, ..ProjectPatch::default() })
    }
}
