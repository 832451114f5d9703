//! Removing the entry of a database that is gone. Dialog and page have the same content.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Problem, ProjectId, RetainedDatabase, RetainedPresence};

use super::api::{RemoveRetainedDatabase, get_retained_database};
use crate::components::{
    Confirm, Crumb, Load, PageHead, PostButton, ProblemBanner, Removed, close_dialog, refusal,
};
use crate::data::fetched;
use crate::error::AppError;

/// The page of "Remove from list".
#[component]
pub(crate) fn RemoveRetainedDatabasePage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<ProjectId>().ok());
    let retained = fetched(
        || (),
        move |()| {
            let id = id.clone().ok_or_else(|| AppError::from(Problem::not_found("such database")));
            async move { get_retained_database(id?).await }
        },
    );
    view! {
        <div class="page" data-page="confirm">
            <PageHead title="Remove a retained database from the list" crumbs=vec![Crumb::new("/", "Fleet")]/>
            <Load data=retained main=true titled=true children=|retained| view! { <RemoveQuestion retained/> }/>
        </div>
    }
    .into_any()
}

/// What is removed, what stays, and the button.
#[component]
pub(super) fn RemoveQuestion(retained: RetainedDatabase) -> impl IntoView {
    let remove = ServerAction::<RemoveRetainedDatabase>::new();
    let refused = refusal(remove);
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            close_dialog();
            Removed::<RetainedDatabase>::count();
        }
    });
    let RetainedDatabase { project_id, database, database_server, presence, .. } = retained;
    let next = if presence == RetainedPresence::Replaced {
        format!("A new project {project_id} uses the database that stands under the name {database} now.")
    } else {
        format!("A new project {project_id} gets a new, empty database.")
    };
    let fields = vec![("id", project_id.to_string())];
    let will = vec![
        format!("The entry of {database} is removed from this list, and nothing else."),
        format!("It is refused if {database} is on the database server {database_server} after all."),
        "Secrets and media of the deleted project stay where they are.".to_owned(),
        next,
    ];
    view! {
        <ProblemBanner problem=refused/>
        <Confirm question=format!("Remove the entry of {project_id} from the list?") will=will back="/">
            <PostButton action=remove fields text="Remove from list" busy="Removing from list" kind="danger"/>
        </Confirm>
    }
    .into_any()
}
