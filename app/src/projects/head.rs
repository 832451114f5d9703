//! The head of every project page: name, status, buttons, tabs.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};
use model::{Action, DesiredState, ProjectId, Target};

pub(crate) use super::address::project_id;
use super::api::{ProjectView, StartProject, get_project};
use super::confirm::{Act, ConfirmAct};
use crate::components::{
    Answered, Guarded, HealthMark, Load, PageHead, PostButton, ProblemBanner, SyncMark, Tab, Tabs, When,
    refusal,
};
use crate::data::{Data, fetched};
use crate::error::AppError;
use crate::live::{Watch, version};
use crate::session::may;

/// The project of the page, reloaded on every hint.
pub(crate) type ProjectData = Data<Result<ProjectView, AppError>>;

/// The project of this page.
pub(crate) fn project_data() -> ProjectData {
    expect_context()
}

/// The head with the page below it. Rebuilt for another project.
#[component]
pub(crate) fn ProjectFrame() -> impl IntoView {
    let id = Memo::new({
        let params = use_params_map();
        move |_| params.read().get("id")
    });
    // the router finds the page below through this owner; it is disposed with the project's view
    let frame = Owner::current().unwrap_or_default();
    let project = StoredValue::new(None::<Owner>);
    move || {
        id.track();
        let owner = frame.child();
        let view = owner.with(|| view! { <OneProject/> });
        let former = project.try_update_value(|project| project.replace(owner)).flatten();
        if let Some(former) = former {
            former.cleanup();
        }
        view
    }
}

#[component]
fn OneProject() -> impl IntoView {
    let id = project_id();
    let version = id.clone().map_or_else(|_| Signal::stored(0), |id| version(Watch::Project(id)));
    let project: ProjectData = {
        let id = id.clone();
        fetched(
            move || version.get(),
            move |_| {
                let id = id.clone();
                async move { get_project(id?).await }
            },
        )
    };
    provide_context(project);
    let name = id.as_ref().map(ToString::to_string).unwrap_or_default();
    let tabs = id.clone().ok();
    let called = called(name.clone());
    // start has no confirmation; stop and restart have one
    let start = ServerAction::<StartProject>::new();
    let refused = refusal(start);
    let buttons = move || {
        let id = id.clone().ok()?;
        Some(
            view! { <Answered data=project children=move || view! { <Buttons id=id.clone() project start/> }/> },
        )
    };
    view! {
        <div class="project-head">
            <PageHead title=name called crumbs=vec![crate::components::Crumb::new("/", "Fleet")] buttons>
                <Load data=project quiet=true children=|view| view! { <Marks view/> }/>
            </PageHead>
            <ProblemBanner problem=refused/>
            {tabs.map(|id| view! { <Pages id/> })}
        </div>
        <Outlet/>
    }
    .into_any()
}

/// The document title: `Log of crm`.
fn called(name: String) -> Signal<String> {
    let path = use_location().pathname;
    Signal::derive(move || {
        let part = match path.read().rsplit('/').next() {
            Some("operations") => "Operations of ",
            Some("events") => "Events of ",
            Some("logs") => "Log of ",
            Some("settings") => "Settings of ",
            Some("stop") => "Stop ",
            Some("restart") => "Restart ",
            Some("delete") => "Delete ",
            _ => "",
        };
        format!("{part}{name}")
    })
}

#[component]
fn Marks(view: ProjectView) -> impl IntoView {
    let project = view.project;
    let name = (project.display_name != project.id.as_str()).then(|| project.display_name.clone());
    view! {
        <HealthMark health=project.health()/>
        {project.ill_since().map(|at| view! { <span class="faint">"since "<When at/></span> })}
        <SyncMark sync=project.sync()/>
        {name.map(|name| view! { <span class="faint not-phone">{name}</span> })}
    }
    .into_any()
}

#[component]
fn Pages(id: ProjectId) -> impl IntoView {
    let logs = may(Action::ProjectLogs, Target::Project(&id));
    let page = format!("/projects/{id}");
    view! {
        <Tabs label=id.to_string()>
            <Tab href=page.clone()>"Overview"</Tab>
            <Tab href=format!("{page}/operations")>"Operations"</Tab>
            <Tab href=format!("{page}/events")>"Events"</Tab>
            {logs.then(|| view! { <Tab href=format!("{page}/logs")>"Logs"</Tab> })}
            <Tab href=format!("{page}/settings")>"Settings"</Tab>
        </Tabs>
    }
    .into_any()
}

/// The buttons. All are rendered from the start and hidden when they do not apply. A button in use (pointer, focus,
/// open dialog) is left unchanged until the operator leaves it.
#[component]
fn Buttons(id: ProjectId, project: ProjectData, start: ServerAction<StartProject>) -> impl IntoView {
    let (hovered, focused) = (RwSignal::new(false), RwSignal::new(false));
    let desired =
        Memo::new(move |_| project.with(|view| Some(view.as_ref()?.as_ref().ok()?.project.desired_state)));
    let shown = Memo::new(move |before: Option<&Option<DesiredState>>| {
        let (now, at_it) = (desired.get(), hovered.get() || focused.get());
        before.copied().flatten().filter(|_| at_it).or(now)
    });
    let not = move |state: DesiredState| move || shown.get() != Some(state);
    let may = |action| may(action, Target::Project(&id));
    let (starts, restarts, stops) =
        (may(Action::ProjectStart), may(Action::ProjectRestart), may(Action::ProjectStop));
    let (stopped, page) = (id.to_string(), format!("/projects/{id}"));
    let (to_restart, to_stop) = (id.clone(), id);
    view! {
        <div class="acts" on:pointerenter=move |_| hovered.set(true) on:pointerleave=move |_| hovered.set(false)
            on:focusin=move |_| focused.set(true) on:focusout=move |_| focused.set(false)>
            <div class="acts" hidden=not(DesiredState::Stopped)>
                {starts.then(|| view! { <PostButton action=start fields=vec![("id", stopped)] text="Start" busy="Starting" icon="play"/> })}
            </div>
            <div class="acts" hidden=not(DesiredState::Running)>
                {restarts.then(|| view! { <Guarded href=format!("{page}/restart") text="Restart" icon="restart"
                    children=move || view! { <ConfirmAct act=Act::Restart id=to_restart.clone()/> }/> })}
                {stops.then(|| view! { <Guarded href=format!("{page}/stop") text="Stop" icon="stop" kind="danger"
                    children=move || view! { <ConfirmAct act=Act::Stop id=to_stop.clone()/> }/> })}
            </div>
        </div>
    }
    .into_any()
}
