//! Confirmations of stop and restart. Dialog and page have the same content.

use leptos::prelude::*;
use model::{Action, Project, ProjectId, Target};
use time::OffsetDateTime;

use super::address::project_id;
use super::api::{ProjectView, RestartProject, StopProject, get_project};
use crate::components::{Confirm, Load, PostButton, ProblemBanner, refusal};
use crate::data::fetched;
use crate::live::Clock;
use crate::session::permitted;
use crate::text::ago;

/// The confirmed action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Stop,
    Restart,
}

impl Act {
    const fn action(self) -> Action {
        match self {
            Self::Stop => Action::ProjectStop,
            Self::Restart => Action::ProjectRestart,
        }
    }
}

/// The page of *Stop*.
#[component]
pub(crate) fn StopPage() -> impl IntoView {
    view! { <Page act=Act::Stop/> }.into_any()
}

/// The page of *Restart*.
#[component]
pub(crate) fn RestartPage() -> impl IntoView {
    view! { <Page act=Act::Restart/> }.into_any()
}

#[component]
fn Page(act: Act) -> impl IntoView {
    let body = project_id()
        .ok()
        .map(|id| permitted(act.action(), Target::Project(&id.clone()), || view! { <ConfirmAct act id/> }));
    view! { <div class="page" data-page="confirm">{body}</div> }.into_any()
}

/// The confirmation; its figures are those of the present moment.
#[component]
pub(crate) fn ConfirmAct(act: Act, id: ProjectId) -> impl IntoView {
    let project = fetched(|| (), move |()| get_project(id.clone()));
    view! { <Load data=project main=true titled=true children=move |view| view! { <Question act view/> }/> }
        .into_any()
}

#[component]
fn Question(act: Act, view: ProjectView) -> impl IntoView {
    let project = view.project;
    let now = Clock::current().now_untracked();
    let fields = vec![("id", project.id.to_string())];
    let back = format!("/projects/{}", project.id);
    match act {
        Act::Stop => {
            let stop = ServerAction::<StopProject>::new();
            let refused = refusal(stop);
            view! {
                <ProblemBanner problem=refused/>
                <Confirm question=format!("Stop {}?", project.id) will=stops(&project, now) back>
                    <PostButton action=stop fields text=format!("Stop {}", project.id) icon="stop" kind="danger"/>
                </Confirm>
            }
            .into_any()
        }
        Act::Restart => {
            let restart = ServerAction::<RestartProject>::new();
            let refused = refusal(restart);
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

fn stops(project: &Project, now: OffsetDateTime) -> Vec<String> {
    vec![
        format!("The instance stops now; {}.", connections(project, now)),
        format!("{} until it is started again.", answers(project)),
        "Database, secrets, media and settings stay as they are.".to_owned(),
        "Undo: start it again, in a few seconds. It stays stopped over a restart of the control plane."
            .to_owned(),
    ]
}

/// What visitors get while it is stopped.
fn answers(project: &Project) -> String {
    let names: Vec<&str> = project.hosts().map(model::Hostname::as_str).collect();
    match names.as_slice() {
        [] => "Requests with its header get the maintenance page".to_owned(),
        [name] => format!("{name} answers with the maintenance page"),
        [names @ .., last] => format!("{} and {last} answer with the maintenance page", names.join(", ")),
    }
}

fn restarts(project: &Project) -> Vec<String> {
    vec![
        "A new instance with the same schema and settings replaces the running one.".to_owned(),
        format!(
            "Requests to {} are held at the gateway for a few seconds; requests in flight are cut.",
            hosts(project)
        ),
        "No data is changed.".to_owned(),
    ]
}

fn hosts(project: &Project) -> String {
    let names: Vec<&str> = project.hosts().map(model::Hostname::as_str).collect();
    if names.is_empty() { "its header".to_owned() } else { names.join(", ") }
}

/// The number of open database connections, and when they were counted.
fn connections(project: &Project, now: OffsetDateTime) -> String {
    let counted = ago(project.observed.at, now);
    let figures = project.observed.figures.database;
    match project.observed.facts.database.present().and(figures.connections) {
        None => format!("the number of open database connections is unknown, checked {counted}"),
        Some(1) => format!("1 connection to its database is open, counted {counted}"),
        Some(open) => format!("{open} connections to its database are open, counted {counted}"),
    }
}

#[cfg(test)]
mod tests;
