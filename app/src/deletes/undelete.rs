//! Bringing a project back from the trash.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Problem, Target, TrashedProject};

use super::api::{UndeleteProject, get_trash};
use crate::address::segment;
use crate::components::{Confirm, Crumb, PageHead, PostButton, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::permitted;
use crate::text::exact;

const TITLE: &str = "Undelete a project";

/// The confirmation page.
pub(crate) async fn undelete_page() -> Document {
    let project = trashed(segment(1)).await;
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/", "Fleet")]/>
            <div data-dialog-content="">{main_content(project, true, |project| view! { <Question project/> })}</div>
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

async fn trashed(id: String) -> Result<TrashedProject, AppError> {
    let found = get_trash().await?.into_iter().find(|project| project.project_id.as_str() == id);
    Ok(found.ok_or_else(|| Problem::not_found(format!("project {id} in the trash")))?)
}

#[component]
fn Question(project: TrashedProject) -> impl IntoView {
    permitted(Action::ProjectUndelete, Target::Project(&project.project_id), || {
        let id = project.project_id.to_string();
        let fields = vec![("id", id.clone())];
        view! {
            <Confirm question=format!("Undelete {id}?") will=effects(&project) back="/">
                <PostButton action=UndeleteProject::url() fields text=format!("Undelete {id}") busy="Undeleting" kind="primary"/>
            </Confirm>
        }
        .into_any()
    })
}

fn effects(project: &TrashedProject) -> Vec<String> {
    let TrashedProject { database, project_id: id, .. } = project;
    let hosts = project.hostnames.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let size = project.bytes.map(|bytes| format!(" ({bytes})")).unwrap_or_default();
    let names = if hosts.is_empty() {
        "It has no hostname.".to_owned()
    } else {
        format!("Its names are routed again: {hosts}. It is refused if another project has one of them.")
    };
    vec![
        format!(
            "The database {database}{size} is {} again, with the secrets and the media of the project.",
            id.database()
        ),
        names,
        "The instance is started if the project was running when its delete was requested.".to_owned(),
        format!("Otherwise database, secrets and media are dropped at {}.", exact(project.drop_after)),
    ]
}
