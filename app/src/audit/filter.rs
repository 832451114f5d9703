//! The filters of a list of events; they are in the query of the address.

use leptos::prelude::*;
use model::event::recorded;
use model::{EventFilter, EventFilterDraft, FieldError};

use crate::address::{Query, with_query};
use crate::components::{FilterChoice, FilterDay, FilterText};
use crate::text::sentence;

/// The filters of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventQuery(EventFilterDraft);

impl EventQuery {
    /// The filters of a query.
    pub(crate) fn of(query: &Query) -> Self {
        let text = |name| query.get(name).unwrap_or_default().trim().to_owned();
        Self(EventFilterDraft {
            project: text("project"),
            actor: text("actor"),
            action: text("action"),
            from: text("from"),
            to: text("to"),
        })
    }

    /// The filters of a query on the page of a project, whatever project the query names.
    pub(crate) fn of_project(query: &Query) -> Self {
        Self(EventFilterDraft { project: String::new(), ..Self::of(query).0 })
    }

    /// The filter, or what is wrong with it.
    pub(crate) fn validate(&self) -> Result<EventFilter, Vec<FieldError>> {
        self.0.clone().validate()
    }

    /// The filters that are set, as names and values of a query.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let EventFilterDraft { project, actor, action, from, to } = self.0.clone();
        let pairs = [("project", project), ("actor", actor), ("action", action), ("from", from), ("to", to)];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Whether a filter is set.
    pub(crate) fn is_set(&self) -> bool {
        self.0 != EventFilterDraft::default()
    }

    /// The address of the export with these filters. `format`: `jsonl` or `csv`.
    pub(super) fn export(&self, format: &str) -> String {
        let pairs = self.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        with_query("/api/v1/audit/export", &[&[("format", format)], pairs.as_slice()].concat())
    }
}

/// The fields of the filters.
#[component]
pub(crate) fn EventFields(
    query: EventQuery,
    /// Whether the events are of several projects.
    #[prop(optional)]
    with_project: bool,
) -> impl IntoView {
    let EventFilterDraft { project, actor, action, from, to } = query.0;
    let actions = recorded().into_iter().map(|action| (action.as_str(), sentence(action.label()))).collect();
    let project = with_project.then(
        || view! { <FilterText name="project" label="Project" value=project placeholder="Project ID"/> },
    );
    view! {
        {project}
        <FilterText name="actor" label="Actor" value=actor placeholder="E-mail, token, reconciler"/>
        <FilterChoice name="action" label="Action" value=action options=actions/>
        <FilterDay name="from" label="From" value=from/>
        <FilterDay name="to" label="To" value=to/>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
