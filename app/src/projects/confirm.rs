//! Confirmations of start, stop, restart and backup. The page script shows their content in a dialog.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Project, Target};
use time::OffsetDateTime;

use super::api::{RestartProject, StartProject, StopProject};
use super::head::ProjectPage;
use crate::backups::api::CreateBackup;
use crate::components::{Confirm, PostButton, main_content};
use crate::document::Document;
use crate::session::permitted;
use crate::text::ago;

/// The confirmed action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Start,
    Stop,
    Restart,
    BackUp,
}

impl Act {
    const fn action(self) -> Action {
        match self {
            Self::Start => Action::ProjectStart,
            Self::Stop => Action::ProjectStop,
            Self::Restart => Action::ProjectRestart,
            Self::BackUp => Action::BackupCreate,
        }
    }

    /// The address of the server function.
    fn url(self) -> &'static str {
        match self {
            Self::Start => StartProject::url(),
            Self::Stop => StopProject::url(),
            Self::Restart => RestartProject::url(),
            Self::BackUp => CreateBackup::url(),
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Restart => "Restart",
            Self::BackUp => "Back up",
        }
    }

    /// Icon and kind of the button.
    const fn look(self) -> (&'static str, &'static str) {
        match self {
            Self::Start => ("play", ""),
            Self::Stop => ("stop", "danger"),
            Self::Restart => ("restart", ""),
            Self::BackUp => ("archive", ""),
        }
    }

    /// The effects, in order.
    fn effects(self, project: &Project) -> Vec<String> {
        match self {
            Self::Start => starts(project),
            Self::Stop => stops(project, OffsetDateTime::now_utc()),
            Self::Restart => restarts(project),
            Self::BackUp => backs_up(project),
        }
    }
}

/// The page of *Start*. The palette links to it; the head of a project has a button without confirmation.
pub(crate) async fn start_page() -> Document {
    page(Act::Start).await
}

/// The page of *Stop*.
pub(crate) async fn stop_page() -> Document {
    page(Act::Stop).await
}

/// The page of *Restart*.
pub(crate) async fn restart_page() -> Document {
    page(Act::Restart).await
}

/// The page of *Back up*. The palette links to it; the page of the backups has a button without confirmation.
pub(crate) async fn back_up_page() -> Document {
    page(Act::BackUp).await
}

async fn page(act: Act) -> Document {
    let called = format!("{} ", act.verb());
    ProjectPage::load().await.document_with(&called, |view| {
        let question = main_content(view, true, |view| question(act, &view.project));
        view! { <div class="page" data-page="confirm">{question}</div> }
    })
}

/// The confirmation, or the roles that may perform the action.
fn question(act: Act, project: &Project) -> AnyView {
    permitted(act.action(), Target::Project(&project.id), || {
        let (id, verb, action) = (project.id.to_string(), act.verb(), act.url());
        let (question, text) = (format!("{verb} {id}?"), format!("{verb} {id}"));
        let (back, (icon, kind)) = (format!("/projects/{id}"), act.look());
        let fields = vec![("id", id)];
        view! {
            <Confirm question will=act.effects(project) back>
                <PostButton action fields text icon kind/>
            </Confirm>
        }
        .into_any()
    })
}

fn starts(project: &Project) -> Vec<String> {
    vec![
        "An instance starts with the present schema, release and settings. It migrates its database if schema or release \
         were changed while the project was stopped."
            .to_owned(),
        format!("Requests to {} get the maintenance page until it is ready.", hosts(project)),
        "Undo: stop it again.".to_owned(),
    ]
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
        [] => "Requests with its X-Atomo-Project header get the maintenance page".to_owned(),
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

fn backs_up(project: &Project) -> Vec<String> {
    vec![
        format!("Database, uploads, schema file and settings of {} are written into an archive.", project.id),
        "The project keeps running: the archive shows the moment at which the backup begins.".to_owned(),
        "The backup is then restored into a copy and compared, which proves it.".to_owned(),
    ]
}

fn hosts(project: &Project) -> String {
    let names: Vec<&str> = project.hosts().map(model::Hostname::as_str).collect();
    if names.is_empty() { "the project".to_owned() } else { names.join(", ") }
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
