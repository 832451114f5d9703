//! What stands above every page of a project: its name, how it is, what can be done, its pages.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};
use model::{DesiredState, Invalid, Problem, ProjectId};

use super::api::{ProjectView, StartProject, get_project};
use super::confirm::{Act, ConfirmAct};
use crate::components::{
    Guarded, HealthMark, Load, PageHead, PostButton, ProblemBanner, SyncMark, Tab, Tabs,
};
use crate::error::AppError;
use crate::live::{Watch, version};

/// The project of the pages below, looked at again whenever it moves.
pub(crate) type ProjectData = Resource<Result<ProjectView, AppError>>;

/// The project of this page.
pub(crate) fn project_data() -> ProjectData {
    expect_context()
}

/// The id in the address of this page. One that cannot be an id is that of no project.
pub(crate) fn project_id() -> Result<ProjectId, AppError> {
    let text = use_params_map().read_untracked().get("id").unwrap_or_default();
    ProjectId::try_from(text.clone())
        .map_err(|_: Invalid| Problem::not_found(format!("project {text}")).into())
}

/// The head, and the page below it. Another project is another frame.
#[component]
pub(crate) fn ProjectFrame() -> impl IntoView {
    let id = Memo::new({
        let params = use_params_map();
        move |_| params.read().get("id")
    });
    // the router finds the page below through this owner; what a project had open ends with it
    let frame = Owner::current().unwrap_or_default();
    let project = StoredValue::new(None::<Owner>);
    move || {
        id.track();
        let owner = frame.child();
        let view = owner.with(|| view! { <OneProject/> });
        let former = project.try_update_value(|project| project.replace(owner)).flatten();
        former.map_or((), |former| former.cleanup());
        view
    }
}

#[component]
fn OneProject() -> impl IntoView {
    let id = project_id();
    let version = id.clone().map_or_else(|_| Signal::stored(0), |id| version(Watch::Project(id)));
    let project: ProjectData = {
        let id = id.clone();
        Resource::new(
            move || version.get(),
            move |_| {
                let id = id.clone();
                async move { get_project(id?).await }
            },
        )
    };
    provide_context(project);
    let name = id.as_ref().map(ToString::to_string).unwrap_or_default();
    let tabs = name.clone();
    let called = called(name.clone());
    let buttons = move || id.clone().ok().map(|id| view! { <Transition><Buttons id project/></Transition> });
    view! {
        <div class="project-head">
            <PageHead title=name called crumbs=vec![crate::components::Crumb::new("/", "Fleet")] buttons>
                <Load data=project quiet=true children=|view| view! { <Marks view/> }/>
            </PageHead>
            <Pages id=tabs/>
        </div>
        <Outlet/>
    }
    .into_any()
}

/// What the browser calls the pages of a project: `Log of crm`.
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
        <SyncMark sync=project.sync()/>
        {name.map(|name| view! { <span class="faint not-phone">{name}</span> })}
    }
    .into_any()
}

#[component]
fn Pages(id: String) -> impl IntoView {
    let page = format!("/projects/{id}");
    view! {
        <Tabs label=id>
            <Tab href=page.clone()>"Overview"</Tab>
            <Tab href=format!("{page}/operations")>"Operations"</Tab>
            <Tab href=format!("{page}/events")>"Events"</Tab>
            <Tab href=format!("{page}/logs")>"Logs"</Tab>
            <Tab href=format!("{page}/settings")>"Settings"</Tab>
        </Tabs>
    }
    .into_any()
}

/// What can be done. It changes only with what is asked for, so that nothing moves while a dialog is open.
#[component]
fn Buttons(id: ProjectId, project: ProjectData) -> impl IntoView {
    let desired =
        Memo::new(move |_| project.with(|view| Some(view.as_ref()?.as_ref().ok()?.project.desired_state)));
    move || match desired.get() {
        Some(DesiredState::Stopped) => view! { <Start id=id.clone()/> }.into_any(),
        Some(DesiredState::Running) => view! { <StopAndRestart id=id.clone()/> }.into_any(),
        None => ().into_any(),
    }
}

/// Start is plain.
#[component]
fn Start(id: ProjectId) -> impl IntoView {
    let start = ServerAction::<StartProject>::new();
    let refused =
        Signal::derive(move || start.value().get().and_then(Result::err).map(AppError::into_problem));
    view! {
        <PostButton action=start fields=vec![("id", id.to_string())] text="Start" busy="Starting" icon="play"/>
        <ProblemBanner problem=refused/>
    }
    .into_any()
}

/// Stop and restart say first what they do.
#[component]
fn StopAndRestart(id: ProjectId) -> impl IntoView {
    let page = format!("/projects/{id}");
    let (stop, restart) = (id.clone(), id);
    view! {
        <Guarded href=format!("{page}/restart") text="Restart" icon="restart"
            children=move || view! { <ConfirmAct act=Act::Restart id=restart.clone()/> }/>
        <Guarded href=format!("{page}/stop") text="Stop" icon="stop" kind="danger"
            children=move || view! { <ConfirmAct act=Act::Stop id=stop.clone()/> }/>
    }
    .into_any()
}
