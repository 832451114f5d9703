//! The settings of a project. Each section has a form of its own and is saved on its own.

use futures::future::OptionFuture;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, FirstAdmin, Project, ProjectClass, ProjectId, SecretInfo, Target};

use super::AdminPassword;
use super::api::{ChangeCommit, EditProject, LoadCommitChoices, ProjectView};
use super::commits::{FileField, SchemaChoices, SchemaFields};
use super::delete::deletion;
use super::description::DescriptionFields;
use super::env::EnvironmentPanel;
use super::form::{EditForm, SchemaForm, VOLUME};
use super::head::ProjectPage;
use super::limits::{LimitsPanel, PoolPanel};
use super::release::ReleasePanel;
use crate::address::with_query;
use crate::components::{
    Attempt, CommandForm, Input, MadeFrom, Section, Sha, Submit, TextField, When, main_content,
};
use crate::deletes::Protection;
use crate::document::Document;
use crate::error::AppError;
use crate::gateway::ProjectEdge;
use crate::gateway::api::{FleetSays, get_fleet_edge};
use crate::secrets::SecretsPanel;
use crate::secrets::api::get_secrets;
use crate::session::{may, permitted};

/// What the sections show beside the project.
struct Parts {
    /// `None` if the commit cannot be changed.
    commit: Option<SchemaChoices>,
    secrets: Result<Vec<SecretInfo>, AppError>,
    edge: Result<FleetSays, AppError>,
}

/// The page.
pub(crate) async fn project_settings_page() -> Document {
    let secrets = async { get_secrets(ProjectPage::id()?).await };
    let ((page, commit), secrets, edge) = futures::join!(load(), secrets, get_fleet_edge());
    let parts = Parts { commit, secrets, edge };
    page.document_with("Settings of ", |view| {
        let settings = main_content(view, true, |view| view! { <Settings view parts/> });
        view! { <div class="page" data-page="settings">{settings}</div> }
    })
}

/// Loads the project and, if the caller can change its commit, the choices for that.
async fn load() -> (ProjectPage, Option<SchemaChoices>) {
    let page = ProjectPage::load().await;
    let changes =
        |project: &&Project| is_edited(project) && may(Action::ProjectDeploy, Target::Project(&project.id));
    let typed = page.project().filter(changes).map(|project| {
        let typed = Attempt::of::<ChangeCommit>().typed::<SchemaForm>();
        typed.unwrap_or_else(|| SchemaForm::of(&project.schema_ref))
    });
    let commit = OptionFuture::from(typed.map(SchemaChoices::load)).await;
    (page, commit)
}

/// Whether the schema is changed by an edit: while the project has never run, and while it follows a file. Otherwise by a deploy.
fn is_edited(project: &Project) -> bool {
    project.schema_version.is_none() || project.schema_ref.is_volume()
}

/// Whether a project of a repository can follow a file from now on.
fn may_follow(project: &Project) -> bool {
    !is_edited(project) && project.class != ProjectClass::Production
}

#[component]
fn Settings(view: ProjectView, parts: Parts) -> impl IntoView {
    let waits = view.has_password_to_show();
    let project = view.project;
    let (id, admin) = (project.id.clone(), project.first_admin.clone());
    let target = Target::Project(&id);
    let of = || project.clone();
    let general = permitted(Action::ProjectEdit, target, || view! { <General project=of()/> });
    let follow = may_follow(&project).then(|| {
        let form = permitted(Action::ProjectDeploy, target, || view! { <FollowFile project=of()/> });
        view! { <Section id="follow-file" title="Development from a file">{form}</Section> }
    });
    let commit = is_edited(&project).then(|| {
        let form = permitted(Action::ProjectDeploy, target, || {
            parts.commit.map(|choices| view! { <Commit project=of() choices/> })
        });
        view! { <Section id="change-commit" title="Schema">{form}</Section> }
    });
    let secrets = parts.secrets.as_ref().ok().cloned();
    let environment =
        permitted(Action::ProjectEdit, target, || view! { <EnvironmentPanel project=of() secrets/> });
    let release = permitted(Action::ProjectRelease, target, || view! { <ReleasePanel project=of()/> });
    let limits = permitted(Action::ProjectLimits, target, || {
        view! {
            <LimitsPanel project=of()/>
            <PoolPanel project=of()/>
        }
    });
    let delete = deletion(&project);
    let protection = of();
    view! {
        <div class="stack">
            <Section id="general" title="General" beside=duplicate(&id)>{general}</Section>
            {commit}
            {follow}
            <Section id="environment" title="Environment">{environment}</Section>
            <SecretsPanel id=id.clone() secrets=parts.secrets/>
            {admin.map(|admin| view! { <Admin id admin waits/> })}
            <Section id="release" title="Release">{release}</Section>
            <Section id="limits" title="Limits">{limits}</Section>
            <ProjectEdge project edge=parts.edge/>
            <Section id="protection" title="Deletion protection"><Protection project=protection/></Section>
            <Section id="delete" title="Delete project" class="danger-zone">{delete}</Section>
        </div>
    }
    .into_any()
}

/// Display name, hostnames and description.
#[component]
fn General(project: Project) -> impl IntoView {
    let attempt = Attempt::of::<EditProject>();
    let typed = attempt.typed().unwrap_or_else(|| EditForm::of(&project));
    let (id, generation) = (project.id.to_string(), project.generation);
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <TextField id="display_name" name="form[display_name]" label="Display name" text=typed.display_name
                fault=attempt.fault("display_name")/>
            <TextField id="hostname" name="form[hostname]" label="Hostname" input=Input::Code text=typed.hostname
                fault=attempt.fault("hostname") hint="The old hostname is served until the new one is ready."/>
            <TextField id="aliases" name="form[aliases]" label="Aliases" optional="optional, one a line" input=Input::Lines
                text=typed.aliases fault=attempt.fault_in("aliases")/>
            <DescriptionFields typed=typed.description attempt/>
            <div class="buttons"><Submit text="Save general settings" busy="Saving general settings" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// The link to the create form filled from this project, for callers who may create projects.
fn duplicate(id: &ProjectId) -> Option<AnyView> {
    let href = with_query("/projects/new", &[("from", id.as_str())]);
    may(Action::ProjectCreate, Target::Anywhere)
        .then(|| view! { <a class="more" href=href>"Duplicate this project"</a> }.into_any())
}

/// The commit of a project that has never run, or the file that it follows.
#[component]
fn Commit(project: Project, choices: SchemaChoices) -> impl IntoView {
    let attempt = Attempt::of::<ChangeCommit>();
    let present = project.schema_ref.commit().clone();
    let (id, generation) = (project.id.to_string(), project.generation);
    let submit = if project.schema_ref.is_volume() { "Change schema" } else { "Change commit" };
    let why = project.schema_ref.volume().map_or_else(
        || "The project has never run, so its commit can be changed. Present commit: ".to_owned(),
        |path| {
            format!("The project follows {path}. Choose a commit to return to a repository, or another file. Present content: ")
        },
    );
    view! {
        <p class="soft">{why}<Sha commit=present/></p>
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <SchemaFields prefix="form" choices attempt loads=LoadCommitChoices::url()/>
            <div class="buttons"><Submit text=submit busy="Changing the schema" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// The form that lets a project follow a file.
#[component]
fn FollowFile(project: Project) -> impl IntoView {
    let attempt = Attempt::of::<ChangeCommit>();
    let typed = attempt.typed::<SchemaForm>().unwrap_or_default();
    let (id, generation) = (project.id.to_string(), project.generation);
    view! {
        <p class="soft">"The project takes its schema from a file of the control plane's machine instead of a commit. Each change of the file is applied within seconds; deploys and roll backs are not possible meanwhile."</p>
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="form[source]" value=VOLUME/>
            <MadeFrom attempt=attempt.clone() generation/>
            <FileField name="form[volume]".to_owned() text=typed.volume attempt/>
            <div class="buttons"><Submit text="Follow this file" busy="Following the file" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}

/// The first admin, and their password while it was not shown.
#[component]
fn Admin(id: ProjectId, admin: FirstAdmin, waits: bool) -> impl IntoView {
    let shown = admin.shown_at.map_or_else(
        || ". The generated password was not shown yet.".into_any(),
        |at| view! { ". Password shown "<When at/> }.into_any(),
    );
    view! {
        <Section id="admin" title="First admin">
            <p class="soft">{admin.email.to_string()}{shown}</p>
            <AdminPassword id waits/>
        </Section>
    }
    .into_any()
}
