//! Projects: context, call, answer.

use leptos::prelude::*;
use model::{
    Certificate, CreatePlan, EventFilter, Hostname, HostnamePattern, Page, Problem, Project, ProjectEvent,
    ProjectId, ProjectPatch,
};
use serde::Serialize;

use super::form::env_text::EnvTextForm;
use super::form::limits::LimitsForm;
use super::form::release::ReleaseForm;
use super::form::{CommitForm, CreateForm, EditForm, EnvForm, PoolForm};
use crate::error::AppError;
use crate::session::OneTimeSecret;

/// A project and what is needed to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectView {
    pub(crate) project: Project,
    /// The gateway's HTTPS port.
    pub(crate) https_port: u16,
    /// Whether the gateway's internal CA signs certificates, which no browser trusts by default.
    pub(crate) own_issuer: bool,
    /// The certificates of its names, as last checked.
    pub(crate) certificates: Vec<Certificate>,
}

impl ProjectView {
    /// Whether the generated password of the first admin was not shown yet.
    pub(crate) fn has_password_to_show(&self) -> bool {
        self.project.first_admin.as_ref().is_some_and(|admin| admin.shown_at.is_none())
    }

    /// The URL of a hostname: `https://crm.localhost:8443`.
    pub(crate) fn address(&self, host: &Hostname) -> String {
        model::links::address(host, self.https_port)
    }

    /// The hostname, with the port unless it is 443: `crm.localhost:8443`.
    pub(crate) fn authority(&self, host: &Hostname) -> String {
        model::links::authority(host, self.https_port)
    }
}

/// A project with its observed state.
pub(crate) async fn get_project(id: ProjectId) -> Result<ProjectView, AppError> {
    crate::call_context::ask(|context| async move { view(&context, &id).await }).await
}

pub(crate) async fn view(
    context: &crate::call_context::CallContext,
    id: &ProjectId,
) -> crate::call_context::Answer<ProjectView> {
    let project = context.plane.projects().get(&context.op, id).await?;
    // a caller who may not read the certificate gets `false`
    let own_issuer = context.plane.fleet().has_internal_issuer(&context.op).unwrap_or(false);
    let certificates = context.plane.gateway().certificates(&context.op, id).await?;
    let https_port = crate::call_context::https_port(context);
    Ok(ProjectView { project, https_port, own_issuer, certificates })
}

/// Events of a project that match, newest first; only those older than `before` if it is given.
pub(crate) async fn get_events(
    id: ProjectId,
    filter: EventFilter,
    before: Option<i64>,
) -> Result<Page<ProjectEvent>, AppError> {
    crate::call_context::ask(|context| async move {
        context.plane.projects().events(&context.op, &id, filter, before).await
    })
    .await
}

/// Creates a project. Idempotent by the key in the address of the form.
#[server(prefix = "/actions", endpoint = "create_project")]
pub(crate) async fn create_project(form: CreateForm) -> Result<(), AppError> {
    let create = |context: crate::call_context::CallContext| {
        let draft = form.draft();
        async move {
            let key = context.op.idempotency_key().map(str::to_owned);
            context.plane.projects().create(&context.op, draft?, key).await
        }
    };
    crate::call_context::command(&form, create, |operation| format!("/operations/{}", operation.id)).await
}

/// A create form as typed, with what a create would make of it.
#[derive(Serialize)]
struct CheckedForm<'a> {
    #[serde(flatten)]
    form: &'a CreateForm,
    plan: CreatePlan,
}

/// Checks a create without creating anything. Shows the form again as typed, with the plan or the problem.
#[server(prefix = "/actions", endpoint = "check_project")]
pub(crate) async fn check_project(form: CreateForm) -> Result<(), AppError> {
    use leptos::server_fn::ServerFn as _;
    let check = |context: crate::call_context::CallContext| {
        let draft = form.draft();
        async move { context.plane.projects().check(&context.op, draft?).await }
    };
    let found = |plan| CheckedForm { form: &form, plan };
    crate::call_context::preview(CreateProject::url(), &form, check, found, "plan").await
}

/// The hostname that is suggested for a new project.
pub(crate) async fn get_hostname_pattern() -> Result<HostnamePattern, AppError> {
    crate::call_context::ask(|context| async move { Ok(context.plane.fleet().hostname_pattern().clone()) })
        .await
}

/// Shows a create form again as typed, with the commits of its path.
#[server(prefix = "/actions", endpoint = "load_commits")]
pub(crate) async fn load_commits(form: CreateForm) -> Result<(), AppError> {
    use leptos::server_fn::ServerFn as _;
    crate::call_context::come_back(CreateProject::url(), form, "recent").await
}

/// The typed values of an edit, for its page: with the generation that the edit was made from.
#[derive(Serialize)]
pub(crate) struct TypedEdit<'a, F> {
    pub(crate) generation: i64,
    #[serde(flatten)]
    pub(crate) form: &'a F,
}

/// Edits a project from the generation that the form was filled from, and redirects to the operation.
pub(crate) async fn edit<F: Serialize + Sync>(
    id: ProjectId,
    generation: i64,
    form: &F,
    patch: Result<ProjectPatch, Problem>,
) -> Result<(), AppError> {
    let edit = |context: crate::call_context::CallContext| async move {
        let patch = ProjectPatch { generation: Some(generation), ..patch? };
        context.plane.projects().edit(&context.op, &id, patch).await
    };
    let next = |operation: &model::Operation| format!("/operations/{}", operation.id);
    crate::call_context::command(TypedEdit { generation, form }, edit, next).await
}

/// Changes display name, hostname, aliases and description.
#[server(prefix = "/actions", endpoint = "edit_project")]
pub(crate) async fn edit_project(id: ProjectId, generation: i64, form: EditForm) -> Result<(), AppError> {
    edit(id, generation, &form, form.patch()).await
}

/// Replaces the environment.
#[server(prefix = "/actions", endpoint = "change_environment")]
pub(crate) async fn change_environment(
    id: ProjectId,
    generation: i64,
    form: EnvForm,
) -> Result<(), AppError> {
    edit(id, generation, &form, form.patch()).await
}

/// Replaces the environment by a text.
#[server(prefix = "/actions", endpoint = "change_environment_text")]
pub(crate) async fn change_environment_text(
    id: ProjectId,
    generation: i64,
    form: EnvTextForm,
) -> Result<(), AppError> {
    edit(id, generation, &form, form.patch()).await
}

/// Changes the connection pool size.
#[server(prefix = "/actions", endpoint = "change_pool")]
pub(crate) async fn change_pool(id: ProjectId, generation: i64, form: PoolForm) -> Result<(), AppError> {
    edit(id, generation, &form, form.patch()).await
}

/// Changes the commit of a project that has never run.
#[server(prefix = "/actions", endpoint = "change_commit")]
pub(crate) async fn change_commit(id: ProjectId, generation: i64, form: CommitForm) -> Result<(), AppError> {
    edit(id, generation, &form, Ok(form.patch())).await
}

/// Shows the form of [`change_commit`] again as typed, with the commits of its path.
#[server(prefix = "/actions", endpoint = "load_commit_choices")]
pub(crate) async fn load_commit_choices(generation: i64, form: CommitForm) -> Result<(), AppError> {
    use leptos::server_fn::ServerFn as _;
    let typed = TypedEdit { generation, form: &form };
    crate::call_context::come_back(ChangeCommit::url(), typed, "change-commit").await
}

/// Changes the limits of the instance.
#[server(prefix = "/actions", endpoint = "change_limits")]
pub(crate) async fn change_limits(id: ProjectId, generation: i64, form: LimitsForm) -> Result<(), AppError> {
    edit(id, generation, &form, Ok(form.patch())).await
}

/// Changes the release.
#[server(prefix = "/actions", endpoint = "change_release")]
pub(crate) async fn change_release(
    id: ProjectId,
    generation: i64,
    form: ReleaseForm,
) -> Result<(), AppError> {
    edit(id, generation, &form, Ok(form.patch())).await
}

/// Starts a stopped project.
#[server(prefix = "/actions", endpoint = "start_project")]
pub(crate) async fn start_project(id: ProjectId) -> Result<(), AppError> {
    let start = |context: crate::call_context::CallContext| async move {
        context.plane.projects().start(&context.op, &id).await
    };
    crate::call_context::command((), start, |operation| format!("/operations/{}", operation.id)).await
}

/// Stops the instance; everything else stays.
#[server(prefix = "/actions", endpoint = "stop_project")]
pub(crate) async fn stop_project(id: ProjectId) -> Result<(), AppError> {
    let stop = |context: crate::call_context::CallContext| async move {
        context.plane.projects().stop(&context.op, &id).await
    };
    crate::call_context::command((), stop, |operation| format!("/operations/{}", operation.id)).await
}

/// Replaces the instance with the same inputs.
#[server(prefix = "/actions", endpoint = "restart_project")]
pub(crate) async fn restart_project(id: ProjectId) -> Result<(), AppError> {
    let restart = |context: crate::call_context::CallContext| async move {
        context.plane.projects().restart(&context.op, &id).await
    };
    crate::call_context::command((), restart, |operation| format!("/operations/{}", operation.id)).await
}

/// Deletes the project and retains database, secrets and media; `confirm` is the typed id.
#[server(prefix = "/actions", endpoint = "delete_project")]
pub(crate) async fn delete_project(id: ProjectId, confirm: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "confirm": confirm });
    let delete = |context: crate::call_context::CallContext| async move {
        super::form::deletion::check(&id, &confirm)?;
        context.plane.projects().delete(&context.op, &id).await
    };
    crate::call_context::command(typed, delete, |operation| format!("/operations/{}", operation.id)).await
}

/// The generated password of the first admin, once.
#[server(prefix = "/actions", endpoint = "admin_password")]
pub(crate) async fn admin_password(id: ProjectId) -> Result<Option<OneTimeSecret>, AppError> {
    use crate::call_context::ExposeSecret as _;
    let subject = id.to_string();
    let reveal = async move || {
        crate::call_context::ask(|context| async move {
            let login = context.plane.projects().reveal_admin_password(&context.op, &id).await?;
            Ok(login.password.expose_secret().to_owned())
        })
        .await
    };
    crate::call_context::show_once((), subject, reveal).await
}
