//! The page of one operation.

use leptos::prelude::*;
use model::{LogLine, Operation, OperationId, OperationStatus, Problem, ProjectId, Step};

use super::api::{OperationView, get_operation};
use super::job::Job;
use super::list::title;
use super::outcome::{Failure, Finished};
use super::request::RequestFacts;
use crate::address::segment;
use crate::components::{Crumb, Elapsed, OperationMark, PageHead, Section, Steps, When, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::logs::api::get_tail;
use crate::logs::{LOG_LINES, ShortLog};
use crate::projects::AdminPassword;

/// The page of an operation.
pub(crate) async fn operation_page() -> Document {
    let id = segment(1);
    let parsed: Result<OperationId, AppError> =
        id.parse().map_err(|_| Problem::not_found(format!("operation {id}")).into());
    let subject = parsed.as_ref().map_or(Subject::Nothing, |id| Subject::Operation(*id));
    let view = match parsed {
        Ok(id) => get_operation(id).await,
        Err(problem) => Err(problem),
    };
    let log = match &view {
        Ok(view) => instance_log(&view.operation).await,
        Err(_) => None,
    };
    let heading = view.as_ref().map_or_else(|_| "Operation".to_owned(), |view| title(&view.operation));
    let content = view! {
        <div class="page" data-page="operation">
            {main_content(view, false, |view| view! { <Content view/> })}
            {log.map(|log| view! { <ShortLog id=log.project lines=log.lines/> })}
        </div>
    };
    Document::new(heading, subject, content)
}

/// The newest log lines of the instance that an operation starts.
struct InstanceLog {
    project: ProjectId,
    lines: Vec<LogLine>,
}

/// Loads the log while the operation runs; `None` if it starts no instance, is over, or the log cannot be read.
async fn instance_log(operation: &Operation) -> Option<InstanceLog> {
    let starts = operation.steps.iter().any(|record| record.step == Step::EnsureInstance);
    let project = operation.project_id.clone().filter(|_| starts && !operation.status.is_over())?;
    let lines = get_tail(project.clone(), LOG_LINES).await.ok()?;
    Some(InstanceLog { project, lines })
}

#[component]
fn Content(view: OperationView) -> impl IntoView {
    let operation = view.operation.clone();
    let (status, steps) = (announcement(&operation), operation.steps.clone());
    view! {
        <Head operation/>
        <p class="visually-hidden" role="status">{status}</p>
        <Finished view=view.clone()/>
        <Failure view=view.clone()/>
        <Job operation=view.operation.clone()/>
        {view.operation.project_id.clone().map(|id| view! { <AdminPassword id waits=view.password_waits/> })}
        <div class="split" data-aside="wide">
            <Section id="steps" title="Steps"><Steps steps/></Section>
            <aside class="stack aside"><RequestFacts view/></aside>
        </div>
    }
    .into_any()
}

#[component]
fn Head(operation: Operation) -> impl IntoView {
    let project =
        operation.project_id.as_ref().map(|id| Crumb::new(format!("/projects/{id}"), id.to_string()));
    let crumbs: Vec<Crumb> = [Crumb::new("/operations", "Operations")].into_iter().chain(project).collect();
    let again = || view! { <noscript><a class="button" href="">"Look again"</a></noscript> }.into_any();
    let buttons = (!operation.status.is_over()).then(again);
    view! {
        <PageHead title=title(&operation) crumbs buttons>
            <OperationMark operation=operation.clone()/>
            <Time operation/>
        </PageHead>
    }
    .into_any()
}

/// Duration and end.
#[component]
fn Time(operation: Operation) -> impl IntoView {
    let ended = operation.finished_at;
    operation.started_at.map(|from| {
        let elapsed = view! { <Elapsed from to=ended/> };
        match ended {
            Some(at) => view! { <span class="faint"><When at/>", after "{elapsed}</span> }.into_any(),
            None => view! { <span class="faint">{elapsed}" so far"</span> }.into_any(),
        }
    })
}

/// The announcement for screen readers.
fn announcement(operation: &Operation) -> String {
    let of = operation.steps.len();
    let done = operation.steps.iter().filter(|step| step.status == model::StepStatus::Done).count();
    match (operation.status, operation.current()) {
        (OperationStatus::Running, Some(step)) => format!("Step {} of {of}: {}", done + 1, step.step.title()),
        (status, _) => format!("{}: {status}", title(operation)),
    }
}
