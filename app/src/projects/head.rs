//! The head of every page of a project: name, status, buttons, tabs.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, DesiredState, Invalid, Problem, Project, ProjectId, Target};

use super::api::{ProjectView, StartProject, get_project};
use super::description::Tags;
use crate::address::segment;
use crate::components::{Crumb, Guarded, HealthMark, PageHead, PostButton, SyncMark, Tab, Tabs, When};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::may;

/// The project of a page. It is loaded once, for the head and the content.
pub(crate) struct ProjectPage {
    id: Result<ProjectId, AppError>,
    view: Result<ProjectView, AppError>,
    /// The buttons of this page, in place of those of the project.
    buttons: Option<AnyView>,
}

impl ProjectPage {
    /// The project id in the address of this page; an invalid id answers "not found".
    pub(crate) fn id() -> Result<ProjectId, AppError> {
        let text = segment(1);
        ProjectId::try_from(text.clone())
            .map_err(|_: Invalid| Problem::not_found(format!("project {text}")).into())
    }

    /// Loads the project that the address names.
    pub(crate) async fn load() -> Self {
        let id = Self::id();
        let view = match id.clone() {
            Ok(id) => get_project(id).await,
            Err(error) => Err(error),
        };
        Self { id, view, buttons: None }
    }

    /// The same page with buttons of its own. None if the project could not be loaded.
    pub(crate) fn with_buttons(self, buttons: impl FnOnce(&Project) -> AnyView) -> Self {
        let buttons = self.project().map(buttons);
        Self { buttons, ..self }
    }

    /// The project; `None` if it could not be loaded.
    pub(crate) fn project(&self) -> Option<&Project> {
        self.view.as_ref().ok().map(|view| &view.project)
    }

    /// The page: the head, and the content below it. `called` is the document title before the id, such as `Log of `. If the
    /// project could not be loaded, the head has no status and no buttons.
    pub(crate) fn document(self, called: &str, content: impl IntoView + 'static) -> Document {
        self.document_with(called, |_| content)
    }

    /// Like [`Self::document`], for content that is made from the project or from the error.
    pub(crate) fn document_with<V: IntoView + 'static>(
        self,
        called: &str,
        content: impl FnOnce(Result<ProjectView, AppError>) -> V,
    ) -> Document {
        let name = self.id.as_ref().map(ToString::to_string).unwrap_or_default();
        let title = format!("{called}{name}");
        let marks = self.project().map(marks);
        let buttons = if self.buttons.is_some() { None } else { self.project().map(buttons) };
        let buttons = self.buttons.or(buttons);
        let tabs = self.id.clone().ok().map(|id| view! { <Pages id/> });
        let subject = self.id.map_or(Subject::Nothing, Subject::Project);
        let content = content(self.view);
        let view = view! {
            <div class="project-head">
                <PageHead title=name crumbs=vec![Crumb::new("/", "Fleet")] buttons>{marks}</PageHead>
                {tabs}
            </div>
            {content}
        };
        Document::new(title, subject, view)
    }
}

/// Health, sync, display name and description.
fn marks(project: &Project) -> AnyView {
    let name = (project.display_name != project.id.as_str()).then(|| project.display_name.clone());
    view! {
        <HealthMark health=project.health()/>
        {project.ill_since().map(|at| view! { <span class="faint">"since "<When at/></span> })}
        <SyncMark sync=project.sync()/>
        {name.map(|name| view! { <span class="faint not-phone">{name}</span> })}
        <Tags project=project.clone()/>
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
            <Tab href=format!("{page}/deploys")>"Deploys"</Tab>
            <Tab href=format!("{page}/backups")>"Backups"</Tab>
            <Tab href=format!("{page}/drift")>"Drift"</Tab>
            {logs.then(|| view! { <Tab href=format!("{page}/logs")>"Logs"</Tab> })}
            <Tab href=format!("{page}/settings")>"Settings"</Tab>
        </Tabs>
    }
    .into_any()
}

/// The buttons that apply to the desired state and that the caller may use.
fn buttons(project: &Project) -> AnyView {
    let (id, page) = (project.id.to_string(), format!("/projects/{}", project.id));
    let running = project.desired_state == DesiredState::Running;
    let shows = |action, applies: bool| applies && may(action, Target::Project(&project.id));
    let start = shows(Action::ProjectStart, !running).then(|| {
        let fields = vec![("id", id)];
        view! { <PostButton action=StartProject::url() fields text="Start" busy="Starting" icon="play"/> }
    });
    let restart = shows(Action::ProjectRestart, running)
        .then(|| view! { <Guarded href=format!("{page}/restart") text="Restart" icon="restart"/> });
    let stop = shows(Action::ProjectStop, running)
        .then(|| view! { <Guarded href=format!("{page}/stop") text="Stop" icon="stop" kind="danger"/> });
    let clone = shows(Action::ProjectClone, running)
        .then(|| view! { <Guarded href=format!("{page}/clone") text="Clone" icon="plus"/> });
    view! { <div class="acts">{clone}{start}{restart}{stop}</div> }.into_any()
}
