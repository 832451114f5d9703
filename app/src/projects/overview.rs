//! The overview of a project: health, sync, latest changes.

use leptos::prelude::*;
use model::{Action, DesiredState, Operation, OperationKind, Page, Project, ProjectEvent, Target};

use super::api::{ProjectView, get_events};
use super::compared::Levels;
use super::endpoints::Aside;
use super::events::EventRows;
use super::head::{project_data, project_id};
use crate::components::{Banner, Icon, Load, PlainLog, PostButton, ProblemBanner, Section, When, refusal};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::operations::OperationRows;
use crate::operations::api::{RetryOperation, get_operations};
use crate::session::may;

/// Number of latest operations and events.
const LATEST: usize = 5;

/// The page.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    let project = project_data();
    let Ok(id) = project_id() else {
        return view! { <div class="page"><Load data=project main=true titled=true children=|_| ()/></div> }
            .into_any();
    };
    let version = version(Watch::Project(id.clone()));
    let operations = fetched(move || version.get(), {
        let id = id.clone();
        move |_| get_operations(Some(id.clone()), None)
    });
    let events = fetched(move || version.get(), {
        let id = id.clone();
        move |_| get_events(id.clone(), None)
    });
    // created here, so that a reload keeps its answer
    let retry = ServerAction::<RetryOperation>::new();
    let stopped = move |view: ProjectView| {
        (view.project.desired_state == DesiredState::Stopped)
            .then(|| view! { <Load data=operations quiet=true children=|page| view! { <Stopped page/> }/> })
    };
    let page = format!("/projects/{id}");
    let (to_operations, to_events) = (format!("{page}/operations"), format!("{page}/events"));
    view! {
        <div class="page" data-page="project">
            <Load data=project quiet=true children=move |view| view! { <Trouble project=view.project retry/> }/>
            <Load data=project quiet=true children=stopped/>
            <div class="split">
                <div class="stack">
                    <Load data=project main=true titled=true children=|view: ProjectView| view! { <Levels project=view.project/> }/>
                    <Section id="ops" title="Operations" beside=move || view! { <a class="more" href=to_operations.clone()>"All"</a> }>
                        <Load data=operations children=|page| view! { <Operations page/> }/>
                    </Section>
                    <Section id="events" title="Events" beside=move || view! { <a class="more" href=to_events.clone()>"All"</a> }>
                        <Load data=events children=|page| view! { <Events page/> }/>
                    </Section>
                </div>
                <Load data=project quiet=true children=|view| view! { <Aside view/> }/>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Operations(page: Page<Operation>) -> impl IntoView {
    view! { <OperationRows operations=page.items.into_iter().take(LATEST).collect()/> }.into_any()
}

#[component]
fn Events(page: Page<ProjectEvent>) -> impl IntoView {
    view! { <EventRows events=page.items.into_iter().take(LATEST).collect()/> }.into_any()
}

/// Who stopped the project, if it is among the latest operations.
#[component]
fn Stopped(page: Page<Operation>) -> impl IntoView {
    let stop = page.items.into_iter().find(|operation| operation.kind == OperationKind::Stop);
    stop.map(|stop| {
        view! {
            <p class="status" data-health="suspended">
                <Icon name="suspended"/>
                <span>"Stopped by "{stop.actor.label()}" "<When at=stop.requested_at/></span>
            </p>
        }
    })
}

/// The problem, the last log lines and the remedies.
#[component]
fn Trouble(project: Project, retry: ServerAction<RetryOperation>) -> impl IntoView {
    let refused = refusal(retry);
    project.problem.map(|problem| {
        let never_ran = project.schema_version.is_none();
        let settings = format!("/projects/{}/settings#change-commit", project.id);
        let may = |action| may(action, Target::Project(&project.id));
        let deploys = may(Action::ProjectDeploy);
        let again = problem.operation.filter(|_| may(Action::OperationRetry)).map(|id| view! {
            <PostButton action=retry fields=vec![("id", id.to_string())] text="Retry" icon="restart" size="s"/>
        });
        view! {
            <section class="section" aria-label="Problem">
                <ProblemBanner problem=refused/>
                <Banner tone="bad" icon="down" title=problem.title detail=problem.detail>
                    {again}
                    {(never_ran && deploys).then(|| view! { <a class="button" data-size="s" href=settings>"Change commit"</a> })}
                </Banner>
                {(!problem.log.is_empty()).then(|| view! { <PlainLog lines=problem.log/> })}
            </section>
        }
    })
}
