//! Removing the entry of a database that is gone.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Problem, ProjectId, RetainedDatabase, RetainedPresence};

use super::api::{RemoveRetainedDatabase, get_retained_database};
use crate::address::segment;
use crate::components::{Confirm, Crumb, PageHead, PostButton, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;

const TITLE: &str = "Remove a retained database from the list";

/// The confirmation page.
pub(crate) async fn remove_retained_database_page() -> Document {
    let retained = retained_database(segment(1).parse().ok()).await;
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/", "Fleet")]/>
            <div data-dialog-content="">{main_content(retained, true, |retained| view! { <RemoveQuestion retained/> })}</div>
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

async fn retained_database(id: Option<ProjectId>) -> Result<RetainedDatabase, AppError> {
    let id = id.ok_or_else(|| Problem::not_found("such database"))?;
    get_retained_database(id).await
}

/// The question: what is removed, what stays, and the button.
#[component]
fn RemoveQuestion(retained: RetainedDatabase) -> impl IntoView {
    let RetainedDatabase { project_id, database, database_server, presence, .. } = retained;
    let next = if presence == RetainedPresence::Replaced {
        format!("A new project {project_id} uses the database that now has the name {database}.")
    } else {
        format!("A new project {project_id} gets a new, empty database.")
    };
    let fields = vec![("id", project_id.to_string())];
    let will = vec![
        format!("The entry of {database} is removed from this list, and nothing else."),
        format!("The removal is refused if {database} exists on the database server {database_server}."),
        "Secrets and media of the deleted project stay where they are.".to_owned(),
        next,
    ];
    view! {
        <Confirm question=format!("Remove the entry of {project_id} from the list?") will back="/">
            <PostButton action=RemoveRetainedDatabase::url() fields text="Remove from list" busy="Removing from list" kind="danger"/>
        </Confirm>
    }
    .into_any()
}
