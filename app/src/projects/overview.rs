//! The overview of a project: health, sync, latest changes.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{
    Action, DesiredState, EventFilter, Operation, OperationFilter, OperationKind, Page, Project,
    ProjectEvent, ProjectId, Target,
};

use super::api::get_events;
use super::compared::Levels;
use super::endpoints::Aside;
use super::head::ProjectPage;
use crate::audit::EventRows;
use crate::clones::OriginNote;
use crate::components::{Banner, Icon, PlainLog, PostButton, Section, When, content, main_content};
use crate::document::Document;
use crate::error::AppError;
use crate::operations::OperationRows;
use crate::operations::api::{RetryOperation, get_operations};
use crate::session::may;

/// Number of latest operations and events.
const LATEST: usize = 5;

/// The page. Of a deleted project it lists the latest operations and events.
pub(crate) async fn overview_page() -> Document {
    let operations = async { get_operations(OperationFilter::of(Some(&ProjectPage::id()?)), None).await };
    let events = async { get_events(ProjectPage::id()?, EventFilter::default(), None).await };
    let (page, operations, events) = futures::join!(ProjectPage::load(), operations, events);
    page.document_with("", |view| {
        let project = view.as_ref().ok().map(|view| &view.project);
        let (trouble, stopped) = (
            project.and_then(trouble),
            project.and_then(|project| stopped(project, operations.as_ref().ok()?)),
        );
        let origin = project.cloned().map(|project| view! { <OriginNote project/> });
        let aside = view.as_ref().ok().map(|view| view! { <Aside view=view.clone()/> });
        let levels = main_content(view, true, |view| view! { <Levels project=view.project/> });
        let latest = ProjectPage::id().ok().map(|id| view! { <Latest id operations events/> });
        view! {
            <div class="page" data-page="project">
                {trouble}
                {stopped}
                {origin}
                <div class="split">
                    <div class="stack">{levels}{latest}</div>
                    {aside}
                </div>
            </div>
        }
    })
}

/// The latest operations and events.
#[component]
fn Latest(
    id: ProjectId,
    operations: Result<Page<Operation>, AppError>,
    events: Result<Page<ProjectEvent>, AppError>,
) -> impl IntoView {
    let all =
        |tab: &str| Some(view! { <a class="more" href=format!("/projects/{id}/{tab}")>"All"</a> }.into_any());
    let (all_operations, all_events) = (all("operations"), all("events"));
    view! {
        <Section id="ops" title="Operations" beside=all_operations>
            {content(operations, |page| view! { <OperationRows operations=page.items.into_iter().take(LATEST).collect()/> })}
        </Section>
        <Section id="events" title="Events" beside=all_events>
            {content(events, |page| view! { <EventRows events=page.items.into_iter().take(LATEST).collect()/> })}
        </Section>
    }
    .into_any()
}

/// The actor that stopped the project, if the stop is among the latest operations.
fn stopped(project: &Project, latest: &Page<Operation>) -> Option<AnyView> {
    if project.desired_state != DesiredState::Stopped {
        return None;
    }
    let stop = latest.items.iter().find(|operation| operation.kind == OperationKind::Stop)?;
    let view = view! {
        <p class="status" data-health="suspended">
            <Icon name="suspended"/>
            <span>"Stopped by "{stop.actor.label()}" "<When at=stop.requested_at/></span>
        </p>
    };
    Some(view.into_any())
}

/// The problem, the last log lines and the remedies.
fn trouble(project: &Project) -> Option<AnyView> {
    let problem = project.problem.clone()?;
    let may = |action| may(action, Target::Project(&project.id));
    let retry = project.retryable().filter(|_| may(Action::OperationRetry)).map(|id| {
        let fields = vec![("id", id.to_string())];
        view! { <PostButton action=RetryOperation::url() fields text="Retry" icon="restart" size="s"/> }
    });
    let change = (project.can_change_commit() && may(Action::ProjectDeploy)).then(|| {
        let href = format!("/projects/{}/settings#change-commit", project.id);
        view! { <a class="button" data-size="s" href=href>"Change commit"</a> }
    });
    let detail = problem.detail_below_title();
    let log = (!problem.log.is_empty()).then(|| view! { <PlainLog lines=problem.log/> });
    let view = view! {
        <section class="section" aria-label="Problem">
            <Banner tone="bad" icon="down" title=problem.title detail>{retry}{change}</Banner>
            {log}
        </section>
    };
    Some(view.into_any())
}
