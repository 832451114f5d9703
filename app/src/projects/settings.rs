//! The settings of a project: names, environment, secrets, commit (if it never ran), limits, deletion.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Action, FieldError, FirstAdmin, Hostname, Invalid, Project, ProjectId, Target};

use super::api::{ChangeCommit, EditProject, ProjectView, get_project};
use super::commits::{Choice, Loads, SchemaFields};
use super::delete::Delete;
use super::env::EnvEditor;
use super::form::{CommitForm, EditForm, SchemaForm};
use super::head::project_id;
use super::limits::LimitsPanel;
use super::placement::PoolField;
use super::release::ReleasePanel;
use super::{AdminPassword, ShowPassword};
use crate::components::{Attempt, CommandForm, Input, Load, MadeFrom, Section, Sha, Submit, TextField, When};
use crate::data::fetched;
use crate::gateway::ProjectEdge;
use crate::secrets::SecretsPanel;
use crate::session::{may, permitted};

/// Validates a hostname in the browser. Names outside ASCII are validated by the server.
pub(super) fn check_hostname(text: String) -> Result<(), Invalid> {
    if text.is_ascii() { Hostname::try_from(text).map(drop) } else { Ok(()) }
}

/// The first error among the aliases; their fields are `aliases.0` and so on.
pub(super) fn alias_fault(attempt: &Attempt) -> Signal<Option<FieldError>> {
    let problem = attempt.problem;
    Signal::derive(move || {
        problem.with(|problem| {
            problem.as_ref()?.errors.iter().find(|error| error.field.starts_with("aliases.")).cloned()
        })
    })
}

/// The page. It is not reloaded, so that typing is not disturbed.
#[component]
pub(crate) fn ProjectSettingsPage() -> impl IntoView {
    let id = project_id();
    let project = fetched(
        || (),
        move |()| {
            let id = id.clone();
            async move { get_project(id?).await }
        },
    );
    let asked = use_query_map().with_untracked(SchemaForm::from_query);
    let choice = Choice::new({
        let asked = asked.clone();
        move || {
            let asked = asked.clone();
            async move {
                let project = project.await.ok()?.project;
                never_ran(&project).then(|| asked.unwrap_or_else(|| SchemaForm::of(&project.schema_ref)))
            }
        }
    });
    let show: ShowPassword = ServerAction::new();
    let content = move |view| view! { <Settings view asked=asked.clone() choice show/> };
    view! {
        <div class="page" data-page="settings">
            <Load data=project main=true titled=true children=content/>
        </div>
    }
    .into_any()
}

/// Whether its commit can still be changed.
const fn never_ran(project: &Project) -> bool {
    project.schema_version.is_none()
}

#[component]
fn Settings(
    view: ProjectView,
    /// The schema in the query.
    asked: Option<SchemaForm>,
    choice: Choice,
    show: ShowPassword,
) -> impl IntoView {
    let project = view.project.clone();
    let id = project.id.clone();
    let (secrets_of, edge_of) = (id.clone(), project.clone());
    let (limited, served, named) = (project.clone(), project.clone(), project.clone());
    let (admin, waits) = (project.first_admin.clone(), view.has_password_to_show());
    let target = Target::Project(&id);
    let commit = never_ran(&project).then(|| {
        let form = permitted(Action::ProjectDeploy, target, || view! { <Commit project asked choice/> });
        view! { <Section id="change-commit" title="Commit">{form}</Section> }
    });
    let names = permitted(Action::ProjectEdit, target, || view! { <Edit project=named/> });
    let limits = permitted(Action::ProjectLimits, target, || view! { <LimitsPanel project=limited/> });
    let release = permitted(Action::ProjectRelease, target, || view! { <ReleasePanel project=served/> });
    let delete = permitted(Action::ProjectDelete, target, || view! { <Delete view/> });
    view! {
        <div class="stack">
            <Section id="names" title="Names and environment">{names}</Section>
            {commit}
            <Section id="limits" title="Limits">{limits}</Section>
            <Section id="release" title="Release">{release}</Section>
            <ProjectEdge project=edge_of/>
            <SecretsPanel id=secrets_of/>
            {admin.map(|admin| view! { <Admin id admin waits show/> })}
            <Section id="delete" title="Delete" class="danger-zone">{delete}</Section>
        </div>
    }
    .into_any()
}

/// The first admin, and their password while it was not shown.
#[component]
fn Admin(id: ProjectId, admin: FirstAdmin, waits: bool, show: ShowPassword) -> impl IntoView {
    let shown = admin.shown_at.map_or_else(
        || ". The generated password was not shown yet.".into_any(),
        |at| view! { ". Password shown "<When at/> }.into_any(),
    );
    view! {
        <Section id="admin" title="First admin">
            <p class="soft">{admin.email.to_string()}{shown}</p>
            <AdminPassword id show waits/>
        </Section>
    }
    .into_any()
}

#[component]
fn Edit(project: Project) -> impl IntoView {
    let edit = ServerAction::<EditProject>::new();
    let (id, generation, now) = (project.id.clone(), project.generation, EditForm::of(&project));
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<EditForm>().unwrap_or_else(|| now.clone());
        view! { <EditFields id=id.clone() generation attempt typed/> }
    };
    view! { <CommandForm action=edit class="form wide" check=|edit: &EditProject| edit.form.check() children=fields/> }.into_any()
}

#[component]
fn EditFields(id: ProjectId, generation: i64, attempt: Attempt, typed: EditForm) -> impl IntoView {
    let (problem, pending) = (attempt.problem, attempt.pending);
    let resizes = may(Action::ProjectLimits, Target::Project(&id));
    view! {
        <input type="hidden" name="id" value=id.to_string()/>
        <MadeFrom attempt=attempt.clone() generation/>
        <fieldset class="form">
            <legend>"Names"</legend>
            <div class="form">
                <TextField id="display_name" name="form[display_name]" label="Display name"
                    text=RwSignal::new(typed.display_name) fault=attempt.fault("display_name")/>
                <TextField id="hostname" name="form[hostname]" label="Hostname" input=Input::Code
                    text=RwSignal::new(typed.hostname) fault=attempt.fault("hostname") check=check_hostname
                    hint="The old name is served until the new one answers.".to_owned()/>
                <TextField id="aliases" name="form[aliases]" label="Aliases" optional="optional, one a line"
                    input=Input::Lines text=RwSignal::new(typed.aliases) fault=alias_fault(&attempt)/>
            </div>
        </fieldset>
        {resizes.then(|| view! {
            <fieldset class="form">
                <legend>"Database"</legend>
                <div class="form">
                    <PoolField text=typed.pool_size attempt=attempt.clone()
                        hint="Changing it replaces the instance. Rejected if the database server has too few free connections."/>
                </div>
            </fieldset>
        })}
        <fieldset class="form">
            <legend>"Environment"</legend>
            <div class="form">
                <EnvEditor rows=typed.env problem/>
                <p class="hint">"Changing the environment replaces the instance; requests are held at the gateway meanwhile."</p>
            </div>
        </fieldset>
        <div class="buttons"><Submit pending text="Save settings" busy="Saving settings"/></div>
    }
    .into_any()
}

/// The commit of a project that has never run.
#[component]
fn Commit(project: Project, asked: Option<SchemaForm>, choice: Choice) -> impl IntoView {
    let change = ServerAction::<ChangeCommit>::new();
    let present = project.schema_ref.commit().clone();
    let now = asked.unwrap_or_else(|| SchemaForm::of(&project.schema_ref));
    let (id, generation) = (StoredValue::new(project.id.to_string()), project.generation);
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<CommitForm>().unwrap_or_else(|| now.clone());
        let address = format!("/projects/{}/settings#change-commit", id.get_value());
        let (pending, loads) = (attempt.pending, Loads { method: "get", address });
        view! {
            <input type="hidden" name="id" value=id.get_value()/>
            <MadeFrom attempt=attempt.clone() generation/>
            <SchemaFields prefix="form" typed choice attempt loads/>
            <div class="buttons"><Submit pending text="Change commit" busy="Changing commit" kind=""/></div>
        }
    };
    view! {
        <p class="soft">"The project has never run, so its commit can be changed. Now: "<Sha commit=present/></p>
        <CommandForm action=change children=fields/>
    }
    .into_any()
}
