//! The result of an operation, and its remedies.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Hostname, Lane, Operation, OperationKind, OperationStatus, Problem, Project, Target};

use super::api::{OperationView, RetryOperation};
use super::outcome_text;
use crate::components::{Banner, Guarded, Icon, PlainLog, PostButton, Section};
use crate::projects::api::ProjectView;
use crate::session::may;

/// Succeeded, superseded, or waiting for a part that is away.
#[component]
pub(super) fn Finished(view: OperationView) -> impl IntoView {
    let operation = view.operation.clone();
    match operation.status {
        OperationStatus::Succeeded if operation.kind == OperationKind::Delete => view! {
            <Banner tone="ok" icon="done" title=outcome_text::done(&operation)>
                <a class="button" data-size="s" href="/">"Open the fleet"</a>
            </Banner>
        }
        .into_any(),
        OperationStatus::Succeeded => view! { <Done view/> }.into_any(),
        OperationStatus::Superseded => view! {
            <Banner tone="idle" icon="skipped" title="Superseded by a later operation"
                detail="Completed steps stay; the later operation continues from them."/>
        }
        .into_any(),
        OperationStatus::Waiting | OperationStatus::Running => operation
            .problem
            .map(|problem| view! { <Banner tone="warn" icon="degraded" title=format!("Waiting: {}", problem.title) detail=problem.detail_below_title()/> })
            .into_any(),
        OperationStatus::Cancelled if operation.lane == Lane::Job => view! {
            <Banner tone="idle" icon="skipped" title="The job was cancelled" detail=outcome_text::changed(&operation)/>
        }
        .into_any(),
        OperationStatus::Failed | OperationStatus::Cancelled => ().into_any(),
    }
}

/// A success, with links to the result.
#[component]
fn Done(view: OperationView) -> impl IntoView {
    let project_id = view.operation.project_id.clone().filter(|_| view.project.is_some());
    let is_served = view.operation.kind != OperationKind::Stop;
    let project = view.project.filter(|_| is_served);
    let warns = view.operation.kind == OperationKind::Create
        && project.as_ref().is_some_and(|view| view.own_issuer && view.project.hostname.is_some());
    let detail = if warns { crate::projects::WARNING.to_owned() } else { String::new() };
    let backups = backups(&view.operation);
    let public = project.and_then(|view| Some((view.project.hostname.clone()?, view)));
    view! {
        <Banner tone="ok" icon="done" title=outcome_text::done(&view.operation) detail>
            {public.map(|(host, view)| view! { <Open host view/> })}
            {warns.then(|| view! { <a class="button" data-size="s" rel="external" href="/api/v1/gateway/ca" download="root.pem">"Download root certificate"</a> })}
            {backups}
            {project_id.map(|id| view! { <a class="button" data-size="s" href=format!("/projects/{id}")>{format!("Go to {id}")}</a> })}
        </Banner>
    }
    .into_any()
}

/// The way from a job of backups to their page, and back from a restore.
fn backups(operation: &Operation) -> Option<AnyView> {
    let id = operation.project_id.as_ref()?;
    let kind = operation.kind;
    let concerns = [
        OperationKind::BackupCreate,
        OperationKind::BackupVerify,
        OperationKind::BackupRestore,
        OperationKind::RestoreUndo,
    ];
    let list = concerns
        .contains(&kind)
        .then(|| view! { <a class="button" data-size="s" href=format!("/projects/{id}/backups")>"Open the backups"</a> });
    let exchanged = kind == OperationKind::BackupRestore || kind == OperationKind::RestoreUndo;
    let undo = (exchanged && may(Action::BackupUndo, Target::Project(id))).then(|| {
        let href = format!("/projects/{id}/restores/{}/undo", operation.id);
        view! { <Guarded href text="Undo the restore" icon="restore" size="s"/> }
    });
    Some(view! { {list}{undo} }.into_any())
}

#[component]
fn Open(host: Hostname, view: ProjectView) -> impl IntoView {
    view! {
        <a class="button" data-size="s" rel="external" href=view.address(&host)>
            <Icon name="external"/>
            {format!("Open {}", view.authority(&host))}
        </a>
    }
    .into_any()
}

/// A failure: what happened, what was changed, remedies, last log lines.
#[component]
pub(super) fn Failure(view: OperationView) -> impl IntoView {
    let operation = view.operation;
    (operation.status == OperationStatus::Failed).then(|| {
        let project = view.project.map(|view| view.project);
        let reconciles = operation.lane == Lane::Converge;
        let (changed, remedy) = (outcome_text::changed(&operation), outcome_text::remedy(&operation, project.as_ref()));
        let fresh = project.as_ref().is_some_and(|project| outcome_text::never_ran(&operation, project));
        let page = format!("/projects/{}", operation.subject());
        let logs = format!("{page}/logs");
        let back = if outcome_text::is_in_place(&operation) { backups(&operation) } else { None };
        let current = project.as_ref().and_then(Project::retryable) == Some(operation.id);
        let ways = Ways::of(&operation, fresh, current);
        let problem = operation.problem.unwrap_or_else(unexplained);
        let detail = problem.detail_below_title();
        view! {
            <section class="failure" data-tone="bad" aria-labelledby="what">
                <h2 id="what"><Icon name="down"/>{problem.title}</h2>
                <dl>
                    <div><dt>"What happened"</dt><dd>{detail}</dd></div>
                    <div><dt>"What changed"</dt><dd>{changed}</dd></div>
                    <div><dt>"What to do"</dt><dd>{remedy}</dd></div>
                </dl>
                <Buttons id=operation.id.to_string() page=(project.is_some() && reconciles).then_some(page) ways/>
                {back.map(|back| view! { <div class="buttons">{back}</div> })}
            </section>
            {(!problem.log.is_empty()).then(|| view! {
                <Section id="log" title="Last lines of the instance" beside=Some(view! { <a class="more" href=logs>"Open in full"</a> }.into_any())>
                    <PlainLog lines=problem.log/>
                </Section>
            })}
        }
    })
}

/// What the caller may do about a failure.
#[derive(Clone, Copy)]
struct Ways {
    retry: bool,
    change_commit: bool,
    remove: bool,
}

impl Ways {
    /// `fresh`: whether the project has never run. `current`: whether the project is still what this failure left.
    fn of(operation: &Operation, fresh: bool, current: bool) -> Self {
        let may = |action| may(action, Target::of(operation.project_id.as_ref()));
        Self {
            retry: current && may(Action::OperationRetry) && operation.kind.action().is_none_or(may),
            change_commit: fresh && may(Action::ProjectDeploy),
            remove: fresh && may(Action::ProjectDelete),
        }
    }
}

/// The buttons after a failure. None for a project that no longer exists.
#[component]
fn Buttons(id: String, page: Option<String>, ways: Ways) -> impl IntoView {
    page.map(|page| {
        let (settings, delete) = (format!("{page}/settings#change-commit"), format!("{page}/delete"));
        view! {
            <div class="buttons">
                {ways.retry.then(|| view! {
                    <PostButton action=RetryOperation::url() fields=vec![("id", id)] text="Retry" icon="restart" kind="primary"/>
                })}
                {ways.change_commit.then(|| view! { <a class="button" href=settings>"Change commit"</a> })}
                {ways.remove.then(|| view! {
                    <a class="button" data-kind="danger" href=delete><Icon name="trash"/>"Remove what was created"</a>
                })}
            </div>
        }
    })
}

fn unexplained() -> Problem {
    Problem::new(model::ProblemKind::Internal, "The operation failed", "No reason was recorded.")
}
