//! Operations of a project.

use leptos::prelude::*;
use model::Operation;

use super::head::project_id;
use crate::components::{Parts, part_before};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::operations::OperationRows;
use crate::operations::api::get_operations;

/// The page.
#[component]
pub(crate) fn ProjectOperationsPage() -> impl IntoView {
    let id = project_id();
    let before = part_before();
    let version = id.clone().map_or_else(|_| Signal::stored(0), |id| version(Watch::Project(id)));
    let path = format!("/projects/{}/operations", id.as_ref().map(ToString::to_string).unwrap_or_default());
    let operations = fetched(
        move || (version.get(), before.get()),
        move |(_, before)| {
            let id = id.clone();
            async move { get_operations(Some(id?), before).await }
        },
    );
    let rows = |operations: Vec<Operation>| view! { <OperationRows operations/> };
    view! { <div class="page" data-page="operations"><Parts data=operations before path titled=true rows/></div> }
    .into_any()
}
