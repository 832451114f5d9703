//! The page of one operation, updated live.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_router::hooks::use_params_map;
use model::{LogLine, Operation, OperationId, OperationStatus, Problem, ProjectId, Step};
use serde::{Deserialize, Serialize};

use super::api::{CancelOperation, OperationView, RetryOperation, get_operation};
use super::job::Job;
use super::list::title;
use super::outcome::{Failure, Finished};
use super::request::RequestFacts;
use crate::components::{Crumb, Elapsed, Load, OperationMark, PageHead, Section, Steps, When};
use crate::data::{Data, fetched};
use crate::error::AppError;
use crate::live::{Watch, version};
use crate::logs::api::get_tail;
use crate::logs::{LOG_LINES, ShortLog};
use crate::projects::{AdminPassword, ShowPassword};

/// The page of an operation.
#[component]
pub(crate) fn OperationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    move || view! { <One id=id.get()/> }
}

/// Server actions of the page's buttons. Created once with the page, so that a reload keeps their answers.
#[derive(Clone, Copy)]
struct Acts {
    retry: ServerAction<RetryOperation>,
    cancel: ServerAction<CancelOperation>,
    show: ShowPassword,
}

/// The log of the instance of a pending operation, as loaded with the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct InitialLog {
    project: ProjectId,
    lines: Vec<LogLine>,
}

/// Loads the log once, when the page opens; later lines of a finished operation are on the log page.
async fn initial_log(
    operation: Data<Result<OperationView, AppError>>,
) -> Result<Option<InitialLog>, AppError> {
    let operation = ScopedFuture::new_untracked(async move { operation.await }).await?.operation;
    let starts = operation.steps.iter().any(|record| record.step == Step::EnsureInstance);
    let Some(project) = operation.project_id.filter(|_| starts && !operation.status.is_over()) else {
        return Ok(None);
    };
    let lines = get_tail(project.clone(), LOG_LINES).await?;
    Ok(Some(InitialLog { project, lines }))
}

#[component]
fn One(id: String) -> impl IntoView {
    let parsed: Result<OperationId, AppError> =
        id.parse().map_err(|_| Problem::not_found(format!("operation {id}")).into());
    let version = parsed.clone().map_or_else(|_| Signal::stored(0), |id| version(Watch::Operation(id)));
    let operation = fetched(
        move || version.get(),
        move |_| {
            let id = parsed.clone();
            async move { get_operation(id?).await }
        },
    );
    let log = fetched(|| (), move |()| initial_log(operation));
    let short_log =
        |log: Option<InitialLog>| log.map(|log| view! { <ShortLog id=log.project lines=log.lines/> });
    let acts = Acts { retry: ServerAction::new(), cancel: ServerAction::new(), show: ServerAction::new() };
    view! {
        <div class="page" data-page="operation">
            <Load data=operation main=true children=move |view| view! { <Content view acts/> }/>
            <Load data=log quiet=true children=short_log/>
        </div>
    }
    .into_any()
}

#[component]
fn Content(view: OperationView, acts: Acts) -> impl IntoView {
    let operation = view.operation.clone();
    let (status, steps) = (announcement(&operation), operation.steps.clone());
    view! {
        <Head operation/>
        <p class="visually-hidden" role="status">{status}</p>
        <Finished view=view.clone()/>
        <Failure view=view.clone() retry=acts.retry/>
        <Job operation=view.operation.clone() cancel=acts.cancel/>
        {view.operation.project_id.clone().map(|id| view! { <AdminPassword id show=acts.show waits=view.password_waits/> })}
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
    let (heading, over) = (title(&operation), operation.status.is_over());
    let marks = view! {
        <OperationMark operation=operation.clone()/>
        <Time operation/>
    };
    if over {
        view! { <PageHead title=heading crumbs>{marks}</PageHead> }.into_any()
    } else {
        view! { <PageHead title=heading crumbs buttons=LookAgain>{marks}</PageHead> }.into_any()
    }
}

#[component]
fn LookAgain() -> impl IntoView {
    view! { <noscript><a class="button" href="">"Look again"</a></noscript> }
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
