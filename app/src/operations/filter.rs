//! The filters of a list of operations; they are in the query of the address.

use leptos::prelude::*;
use model::{FieldError, OperationFilter, OperationFilterDraft, OperationKind, OperationStatus, ProjectId};

use crate::address::Query;
use crate::components::{FilterChoice, FilterDay, FilterText};
use crate::text::sentence;

/// The filters of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OperationQuery(OperationFilterDraft);

impl OperationQuery {
    /// The filters of a query.
    pub(crate) fn of(query: &Query) -> Self {
        let text = |name| query.get(name).unwrap_or_default().trim().to_owned();
        Self(OperationFilterDraft {
            project: text("project"),
            kind: text("kind"),
            status: text("status"),
            actor: text("actor"),
            from: text("from"),
            to: text("to"),
        })
    }

    /// The filters of a query on the page of a project, whatever project the query names.
    pub(crate) fn of_project(query: &Query) -> Self {
        Self(OperationFilterDraft { project: String::new(), ..Self::of(query).0 })
    }

    /// The filter, or what is wrong with it. `of`: the project of the page.
    pub(crate) fn validate(&self, of: Option<ProjectId>) -> Result<OperationFilter, Vec<FieldError>> {
        let filter = self.0.clone().validate()?;
        Ok(OperationFilter { project: of.or(filter.project), ..filter })
    }

    /// The filters that are set, as names and values of a query.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let OperationFilterDraft { project, kind, status, actor, from, to } = self.0.clone();
        let pairs = [
            ("project", project),
            ("kind", kind),
            ("status", status),
            ("actor", actor),
            ("from", from),
            ("to", to),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Whether a filter is set.
    pub(crate) fn is_set(&self) -> bool {
        self.0 != OperationFilterDraft::default()
    }
}

/// The fields of the filters.
#[component]
pub(crate) fn OperationFields(
    query: OperationQuery,
    /// Whether the operations are of several projects.
    #[prop(optional)]
    with_project: bool,
) -> impl IntoView {
    let OperationFilterDraft { project, kind, status, actor, from, to } = query.0;
    let kinds = OperationKind::ALL.map(|kind| (kind.as_str(), sentence(&kind.as_str().replace('_', " "))));
    let outcomes = OperationStatus::ALL.map(|status| (status.as_str(), outcome(status)));
    let project = with_project.then(
        || view! { <FilterText name="project" label="Project" value=project placeholder="Project ID"/> },
    );
    view! {
        {project}
        <FilterChoice name="kind" label="Kind" value=kind options=kinds.to_vec()/>
        <FilterChoice name="status" label="Outcome" value=status options=outcomes.to_vec()/>
        <FilterText name="actor" label="Actor" value=actor placeholder="E-mail or token"/>
        <FilterDay name="from" label="From" value=from/>
        <FilterDay name="to" label="To" value=to/>
    }
    .into_any()
}

/// The word of the column of outcomes.
fn outcome(status: OperationStatus) -> String {
    match status {
        OperationStatus::Succeeded => "Done".to_owned(),
        status => sentence(status.as_str()),
    }
}

#[cfg(test)]
mod tests;
