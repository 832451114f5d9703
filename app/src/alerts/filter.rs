//! The filters of the list; they are in the query of the address.

use leptos::prelude::*;
use model::{AlertFilter, AlertFilterDraft, AlertKind, AlertState, FieldError};

use crate::address::Query;
use crate::components::{FilterChoice, FilterText};

/// The filters of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AlertQuery(AlertFilterDraft);

impl AlertQuery {
    /// The filters of a query.
    pub(super) fn of(query: &Query) -> Self {
        let text = |name| query.get(name).unwrap_or_default().trim().to_owned();
        Self(AlertFilterDraft { project: text("project"), kind: text("kind"), state: text("state") })
    }

    /// The filter, or what is wrong with it.
    pub(super) fn validate(&self) -> Result<AlertFilter, Vec<FieldError>> {
        self.0.clone().validate()
    }

    /// The filters that are set, as names and values of a query.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let AlertFilterDraft { project, kind, state } = self.0.clone();
        let pairs = [("project", project), ("kind", kind), ("state", state)];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Whether a filter is set.
    pub(super) fn is_set(&self) -> bool {
        self.0 != AlertFilterDraft::default()
    }
}

/// The fields of the filters.
#[component]
pub(super) fn AlertFields(query: AlertQuery) -> impl IntoView {
    let AlertFilterDraft { project, kind, state } = query.0;
    let kinds = AlertKind::ALL.map(|kind| (kind.as_str(), kind.label().to_owned()));
    let states = [(AlertState::Open, "Open"), (AlertState::Resolved, "Resolved")];
    let states = states.map(|(state, label)| (state.as_str(), label.to_owned()));
    view! {
        <FilterText name="project" label="Project" value=project placeholder="Project ID"/>
        <FilterChoice name="kind" label="Kind" value=kind options=kinds.to_vec()/>
        <FilterChoice name="state" label="State" value=state options=states.to_vec()/>
    }
    .into_any()
}
