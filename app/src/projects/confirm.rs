//! Stop and restart: what happens, how long, and the way back. The same stands in a dialog and on a page of its own.

use leptos::prelude::*;
use model::{Project, ProjectId};

use super::api::{ProjectView, RestartProject, StopProject, get_project};
use super::head::project_id;
use crate::components::{Confirm, Load, PostButton, ProblemBanner};
use crate::error::AppError;
use crate::text::{NONE, count};

/// What is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Stop,
    Restart,
}

/// The page of "Stop".
#[component]
pub(crate) fn StopPage() -> impl IntoView {
    view! { <Page act=Act::Stop/> }.into_any()
}

/// The page of "Restart".
#[component]
pub(crate) fn RestartPage() -> impl IntoView {
    view! { <Page act=Act::Restart/> }.into_any()
}

#[component]
fn Page(act: Act) -> impl IntoView {
    let body = project_id().ok().map(|id| view! { <ConfirmAct act id/> });
    view! { <div class="page" data-page="confirm">{body}</div> }.into_any()
}

/// The figures are those of the moment at which this is shown.
#[component]
pub(crate) fn ConfirmAct(act: Act, id: ProjectId) -> impl IntoView {
    let project = Resource::new(|| (), move |()| get_project(id.clone()));
    view! { <Load data=project main=true titled=true children=move |view| view! { <Question act view/> }/> }
        .into_any()
}

#[component]
fn Question(act: Act, view: ProjectView) -> impl IntoView {
    let project = view.project;
    let fields = vec![("id", project.id.to_string())];
    let back = format!("/projects/{}", project.id);
    match act {
        Act::Stop => {
            let stop = ServerAction::<StopProject>::new();
            let refused =
                Signal::derive(move || stop.value().get().and_then(Result::err).map(AppError::into_problem));
            view! {
                <ProblemBanner problem=refused/>
                <Confirm question=format!("Stop {}?", project.id) will=stops(&project) back>
                    <PostButton action=stop fields text=format!("Stop {}", project.id) icon="stop" kind="danger"/>
                </Confirm>
            }
            .into_any()
        }
        Act::Restart => {
            let restart = ServerAction::<RestartProject>::new();
            let refused = Signal::derive(move || {
                restart.value().get().and_then(Result::err).map(AppError::into_problem)
            });
            view! {
                <ProblemBanner problem=refused/>
                <Confirm question=format!("Restart {}?", project.id) will=restarts(&project) back>
                    <PostButton action=restart fields text=format!("Restart {}", project.id) icon="restart"/>
                </Confirm>
            }
            .into_any()
        }
    }
}

fn stops(project: &Project) -> Vec<String> {
    vec![
        format!("Its instance ends now; {} to its database are open.", connections(project)),
        format!("{} answers with the maintenance page until it is started again.", hosts(project)),
        "Database, secrets, media and settings stay as they are.".to_owned(),
        "Start undoes it in a few seconds. It stays stopped when the server restarts.".to_owned(),
    ]
}

fn restarts(project: &Project) -> Vec<String> {
    vec![
        "A new instance with the same schema and settings takes the place of the running one.".to_owned(),
        format!(
            "Requests to {} wait at the gateway meanwhile, a few seconds; those under way are cut.",
            hosts(project)
        ),
        "Nothing stored is touched.".to_owned(),
    ]
}

fn hosts(project: &Project) -> String {
    project.hostname.as_ref().map_or_else(|| "its header".to_owned(), ToString::to_string)
}

fn connections(project: &Project) -> String {
    let open =
        project.observed.database.present().and_then(|database| usize::try_from(database.connections).ok());
    open.map_or_else(|| format!("{NONE} connections"), |open| count(open, "connection", "connections"))
}
