//! How an operation ended, and what can be done about it.

use leptos::prelude::*;
use model::{Operation, OperationKind, OperationStatus, Problem};

use super::api::RetryOperation;
use crate::components::{Banner, Icon, PlainLog, PostButton, ProblemBanner, Section};
use crate::error::AppError;

/// Done, superseded, or waiting for a part that is away.
#[component]
pub(super) fn Finished(operation: Operation) -> impl IntoView {
    let project = operation.project_id.to_string();
    let page = format!("/projects/{project}");
    match operation.status {
        OperationStatus::Succeeded if operation.kind == OperationKind::Delete => view! {
            <Banner tone="ok" icon="done" title=format!("{project} is deleted; its database, secrets and media are kept")>
                <a class="button" data-size="s" href="/">"Open the fleet"</a>
            </Banner>
        }
        .into_any(),
        OperationStatus::Succeeded => view! {
            <Banner tone="ok" icon="done" title=done(&operation)>
                <a class="button" data-size="s" href=page>{format!("Open {project}")}</a>
            </Banner>
        }
        .into_any(),
        OperationStatus::Superseded => view! {
            <Banner tone="idle" icon="skipped" title="A later operation took its place".to_owned()
                detail="What it had done stays and is taken over by the later one.".to_owned()/>
        }
        .into_any(),
        OperationStatus::Waiting | OperationStatus::Running => operation
            .problem
            .map(|problem| view! { <Banner tone="warn" icon="degraded" title=format!("It waits: {}", problem.title) detail=problem.detail/> })
            .into_any(),
        OperationStatus::Failed | OperationStatus::Cancelled => ().into_any(),
    }
}

fn done(operation: &Operation) -> String {
    let project = &operation.project_id;
    match operation.kind {
        OperationKind::Create => format!("{project} runs and answers through the gateway"),
        OperationKind::Stop => format!("{project} is stopped"),
        _ => format!("{project} is what was asked for"),
    }
}

/// What happened, the last lines of the instance, and the ways on.
#[component]
pub(super) fn Failure(operation: Operation) -> impl IntoView {
    let retry = ServerAction::<RetryOperation>::new();
    let refused =
        Signal::derive(move || retry.value().get().and_then(Result::err).map(AppError::into_problem));
    let failed = operation.status == OperationStatus::Failed;
    let settings = format!("/projects/{}/settings#change-commit", operation.project_id);
    let another = matches!(operation.kind, OperationKind::Create | OperationKind::Deploy);
    failed.then(|| {
        let problem = operation.problem.unwrap_or_else(unexplained);
        view! {
            <section class="failure" data-tone="bad" aria-labelledby="what">
                <h2 id="what"><Icon name="down"/>{problem.title}</h2>
                <p>{problem.detail}</p>
                <ProblemBanner problem=refused/>
                <div class="buttons">
                    <PostButton action=retry fields=vec![("id", operation.id.to_string())] text="Retry" icon="restart" kind="primary"/>
                    {another.then(|| view! { <a class="button" href=settings>"Change commit"</a> })}
                </div>
            </section>
            {(!problem.log.is_empty()).then(|| view! {
                <Section id="log" title="Last lines of the instance"><PlainLog lines=problem.log/></Section>
            })}
        }
    })
}

fn unexplained() -> Problem {
    Problem::new(
        model::ProblemKind::Internal,
        "It failed",
        "The reason was not kept. Steps that are done are not repeated by a retry.",
    )
}
