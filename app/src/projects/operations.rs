//! Every operation on a project.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::head::project_id;
use crate::components::Load;
use crate::live::{Watch, version};
use crate::operations::OperationList;
use crate::operations::api::get_operations;

/// The page "Operations" of a project.
#[component]
pub(crate) fn ProjectOperationsPage() -> impl IntoView {
    let id = project_id();
    let query = use_query_map();
    let before = Memo::new(move |_| query.read().get("before").and_then(|id| id.parse().ok()));
    let version = id.clone().map_or_else(|_| Signal::stored(0), |id| version(Watch::Project(id)));
    let path = format!("/projects/{}/operations", id.as_ref().map(ToString::to_string).unwrap_or_default());
    let operations = Resource::new(
        move || (version.get(), before.get()),
        move |(_, before)| {
            let id = id.clone();
            async move { get_operations(Some(id?), before).await }
        },
    );
    view! {
        <div class="page" data-page="operations">
            <Load data=operations main=true titled=true children=move |page| view! { <OperationList page path=path.clone() newest=before.get_untracked().is_none()/> }/>
        </div>
    }
    .into_any()
}
