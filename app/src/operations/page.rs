//! One operation, followed live.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Operation, OperationId, OperationKind, OperationStatus, Problem};

use super::api::get_operation;
use super::list::title;
use super::outcome::{Failure, Finished};
use crate::components::{Crumb, Elapsed, Fact, Facts, Load, OperationMark, PageHead, Section, Steps, When};
use crate::error::AppError;
use crate::live::{Watch, version};
use crate::projects::AdminPassword;

/// The page of an operation.
#[component]
pub(crate) fn OperationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    move || view! { <One id=id.get()/> }
}

#[component]
fn One(id: String) -> impl IntoView {
    let parsed: Result<OperationId, AppError> =
        id.parse().map_err(|_| Problem::not_found(format!("operation {id}")).into());
    let version = parsed.clone().map_or_else(|_| Signal::stored(0), |id| version(Watch::Operation(id)));
    let operation = Resource::new(
        move || version.get(),
        move |_| {
            let id = parsed.clone();
            async move { get_operation(id?).await }
        },
    );
    view! {
        <div class="page" data-page="operation">
            <Load data=operation main=true children=|operation| view! { <Content operation/> }/>
        </div>
    }
    .into_any()
}

#[component]
fn Content(operation: Operation) -> impl IntoView {
    let project = operation.project_id.clone();
    let crumbs = vec![
        Crumb::new("/operations", "Operations"),
        Crumb::new(format!("/projects/{project}"), project.to_string()),
    ];
    let over = operation.status.is_over();
    let elapsed = operation.started_at.map(|from| view! { <span class="faint"><Elapsed from to=operation.finished_at/>{(!over).then_some(" so far")}</span> });
    let steps = operation.steps.clone();
    let (mark, heading, status) = (operation.clone(), title(&operation), announcement(&operation));
    let again = (!over).then(|| view! { <noscript><a class="button" href="">"Look again"</a></noscript> });
    view! {
        <PageHead title=heading crumbs>
            <OperationMark operation=mark/>
            {elapsed}
            {again}
        </PageHead>
        <p class="visually-hidden" role="status">{status}</p>
        <Outcome operation=operation.clone()/>
        <div class="split" data-aside="wide">
            <Section id="steps" title="Steps"><Steps steps/></Section>
            <aside class="stack aside"><Asked operation/></aside>
        </div>
    }
    .into_any()
}

/// How it ended, or what it waits for.
#[component]
fn Outcome(operation: Operation) -> impl IntoView {
    let created = operation.kind == OperationKind::Create && operation.status == OperationStatus::Succeeded;
    let id = operation.project_id.clone();
    view! {
        <Finished operation=operation.clone()/>
        <Failure operation/>
        {created.then(|| view! { <AdminPassword id/> })}
    }
    .into_any()
}

#[component]
fn Asked(operation: Operation) -> impl IntoView {
    let project = operation.project_id.to_string();
    let name = project.clone();
    let leave = (!operation.status.is_over()).then(|| view! {
        <Section id="leave" title="If you leave">
            <p class="soft">{format!("The work goes on. You find it under Operations, and {name} shows as Progressing in the fleet.")}</p>
        </Section>
    });
    view! {
        <Section id="asked" title="Asked for">
            <Facts>
                <Fact name="By">{operation.actor.label()}</Fact>
                <Fact name="At"><When at=operation.requested_at/></Fact>
                <Fact name="Project"><a class="link" href=format!("/projects/{project}")>{project.clone()}</a></Fact>
                <Fact name="Generation">{operation.generation}</Fact>
                <Fact name="Id"><span class="mono">{operation.id.to_string()}</span></Fact>
            </Facts>
        </Section>
        {leave}
    }
    .into_any()
}

/// What a screen reader is told when it moves.
fn announcement(operation: &Operation) -> String {
    let of = operation.steps.len();
    let done = operation.steps.iter().filter(|step| step.status == model::StepStatus::Done).count();
    match (operation.status, operation.current()) {
        (OperationStatus::Running, Some(step)) => format!("Step {} of {of}: {}", done + 1, step.step.title()),
        (status, _) => format!("{}: {status}", title(operation)),
    }
}
