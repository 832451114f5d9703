//! The filters of the list; they are in the query of the address.

use leptos::prelude::*;
use model::{DriftFilter, DriftLevel, FieldError, Invalid, ProjectId};

use crate::address::Query;
use crate::components::{FilterChoice, FilterText};

/// The filters of the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DriftQuery {
    project: String,
    level: String,
    state: String,
}

impl DriftQuery {
    /// The filters of a query.
    pub(super) fn of(query: &Query) -> Self {
        let text = |name| query.get(name).unwrap_or_default().trim().to_owned();
        Self { project: text("project"), level: text("level"), state: text("state") }
    }

    /// Whether a filter is set.
    pub(super) fn is_set(&self) -> bool {
        *self != Self::default()
    }

    /// The filter, or what is wrong with it.
    pub(super) fn validate(&self) -> Result<DriftFilter, Vec<FieldError>> {
        let mut errors = Vec::new();
        let set = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let project = set(&self.project).map(ProjectId::try_from);
        let project = project.and_then(|parsed| FieldError::collect(&mut errors, "project", parsed));
        let level = set(&self.level).map(DriftLevel::try_from);
        let level = level.and_then(|parsed| FieldError::collect(&mut errors, "level", parsed));
        if !matches!(self.state.as_str(), "" | "all") {
            errors.push(FieldError::new("state", Invalid::new("This state is not accepted.", "all")));
        }
        let filter = DriftFilter { project, level, decided: self.state == "all" };
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }
}

/// The fields of the filters.
#[component]
pub(super) fn DriftFields(query: DriftQuery) -> impl IntoView {
    let DriftQuery { project, level, state } = query;
    let levels = DriftLevel::ALL.map(|level| (level.as_str(), level.label().to_owned()));
    let states = vec![("all", "Also accepted and snoozed".to_owned())];
    view! {
        <FilterText name="project" label="Project" value=project placeholder="Project ID"/>
        <FilterChoice name="level" label="Level" value=level options=levels.to_vec()/>
        <FilterChoice name="state" label="State" value=state options=states/>
    }
    .into_any()
}
