//! Projects: the door, the call, the answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{Certificate, Hostname, Page, Project, ProjectEvent, ProjectId};
use serde::{Deserialize, Serialize};

use super::form::{CommitForm, CreateForm, EditForm};
use super::limits::LimitsForm;
use super::server::ServerForm;
use crate::error::AppError;
use crate::session::Shown;

/// A project, with what is needed to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProjectView {
    pub(crate) project: Project,
    /// The port of the gateway for `https`.
    pub(crate) https_port: u16,
    /// Whether certificates are of the gateway's own issuer, which no browser knows by itself.
    pub(crate) own_issuer: bool,
    /// The certificates of its names, as far as they were looked at.
    pub(crate) certificates: Vec<Certificate>,
}

impl ProjectView {
    /// Where it answers under a name: `https://crm.localhost:8443`.
    pub(crate) fn address(&self, host: &Hostname) -> String {
        format!("https://{}", self.authority(host))
    }

    /// The name, with the port where it has to be said: `crm.localhost:8443`.
    pub(crate) fn authority(&self, host: &Hostname) -> String {
        if self.https_port == 443 { host.to_string() } else { format!("{host}:{}", self.https_port) }
    }
}

/// One project with what was last seen of it.
#[server(prefix = "/actions", endpoint = "project", input = GetUrl)]
pub(crate) async fn get_project(id: ProjectId) -> Result<ProjectView, AppError> {
    crate::host::ask(|door| async move { view(&door, &id).await }).await
}

#[cfg(feature = "ssr")]
pub(crate) async fn view(door: &crate::host::Door, id: &ProjectId) -> crate::host::Answer<ProjectView> {
    let project = door.plane.projects().get(&door.op, id).await?;
    // who may not ask for the certificate is told nothing of it
    let own_issuer = door.plane.fleet().gateway_root(&door.op).await.is_ok_and(|root| root.is_some());
    let certificates = door.plane.gateway().certificates(&door.op, id).await?;
    Ok(ProjectView { project, https_port: crate::host::https_port(door).await?, own_issuer, certificates })
}

/// What happened to a project, newest first, older than `before`.
#[server(prefix = "/actions", endpoint = "project_events", input = GetUrl)]
pub(crate) async fn get_events(id: ProjectId, before: Option<i64>) -> Result<Page<ProjectEvent>, AppError> {
    crate::host::ask(|door| async move { door.plane.projects().events(&door.op, &id, before).await }).await
}

/// Creates a project; the same key creates it once.
#[server(prefix = "/actions", endpoint = "create_project")]
pub(crate) async fn create_project(form: CreateForm, idempotency_key: String) -> Result<(), AppError> {
    let create = |door: crate::host::Door| {
        let draft = form.draft();
        async move { door.plane.projects().create(&door.op, draft?, Some(idempotency_key)).await }
    };
    crate::host::command(&form, create, |operation| format!("/operations/{}", operation.id)).await
}

/// Shows the form of a create again, as it was typed, with the commits of the path that it names.
#[server(prefix = "/actions", endpoint = "load_commits")]
pub(crate) async fn load_commits(form: CreateForm) -> Result<(), AppError> {
    use leptos::server_fn::ServerFn as _;
    crate::host::come_back(CreateProject::url(), form, "recent").await
}

/// Changes name, hostnames and environment.
#[server(prefix = "/actions", endpoint = "edit_project")]
pub(crate) async fn edit_project(id: ProjectId, form: EditForm) -> Result<(), AppError> {
    let edit = |door: crate::host::Door| {
        let patch = form.patch();
        async move { door.plane.projects().edit(&door.op, &id, patch?).await }
    };
    crate::host::command(&form, edit, |operation| format!("/operations/{}", operation.id)).await
}

/// Changes the commit of a project that has never run.
#[server(prefix = "/actions", endpoint = "change_commit")]
pub(crate) async fn change_commit(id: ProjectId, form: CommitForm) -> Result<(), AppError> {
    let patch = form.patch();
    let edit =
        |door: crate::host::Door| async move { door.plane.projects().edit(&door.op, &id, patch).await };
    crate::host::command(&form, edit, |operation| format!("/operations/{}", operation.id)).await
}

/// Changes what its instance may use.
#[server(prefix = "/actions", endpoint = "change_limits")]
pub(crate) async fn change_limits(id: ProjectId, form: LimitsForm) -> Result<(), AppError> {
    let patch = form.patch();
    let edit =
        |door: crate::host::Door| async move { door.plane.projects().edit(&door.op, &id, patch).await };
    crate::host::command(&form, edit, |operation| format!("/operations/{}", operation.id)).await
}

/// Has it run another server.
#[server(prefix = "/actions", endpoint = "change_server")]
pub(crate) async fn change_server(id: ProjectId, form: ServerForm) -> Result<(), AppError> {
    let patch = form.patch();
    let edit =
        |door: crate::host::Door| async move { door.plane.projects().edit(&door.op, &id, patch).await };
    crate::host::command(&form, edit, |operation| format!("/operations/{}", operation.id)).await
}

/// Runs it again.
#[server(prefix = "/actions", endpoint = "start_project")]
pub(crate) async fn start_project(id: ProjectId) -> Result<(), AppError> {
    let start = |door: crate::host::Door| async move { door.plane.projects().start(&door.op, &id).await };
    crate::host::command((), start, |operation| format!("/operations/{}", operation.id)).await
}

/// Ends its instance, keeps the rest.
#[server(prefix = "/actions", endpoint = "stop_project")]
pub(crate) async fn stop_project(id: ProjectId) -> Result<(), AppError> {
    let stop = |door: crate::host::Door| async move { door.plane.projects().stop(&door.op, &id).await };
    crate::host::command((), stop, |operation| format!("/operations/{}", operation.id)).await
}

/// Replaces its instance by an equal one.
#[server(prefix = "/actions", endpoint = "restart_project")]
pub(crate) async fn restart_project(id: ProjectId) -> Result<(), AppError> {
    let restart = |door: crate::host::Door| async move { door.plane.projects().restart(&door.op, &id).await };
    crate::host::command((), restart, |operation| format!("/operations/{}", operation.id)).await
}

/// Takes it down and keeps its database, secrets and media; `confirm` is its id, typed.
#[server(prefix = "/actions", endpoint = "delete_project")]
pub(crate) async fn delete_project(id: ProjectId, confirm: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "confirm": confirm });
    let delete = |door: crate::host::Door| async move {
        super::delete::check(&id, &confirm)?;
        door.plane.projects().delete(&door.op, &id).await
    };
    crate::host::command(typed, delete, |operation| format!("/operations/{}", operation.id)).await
}

/// The generated password of the project's first admin, once.
#[server(prefix = "/actions", endpoint = "admin_password")]
pub(crate) async fn admin_password(id: ProjectId) -> Result<Option<Shown>, AppError> {
    use crate::host::ExposeSecret as _;
    let subject = id.to_string();
    let password = crate::host::ask(|door| async move {
        let password = door.plane.projects().reveal_admin_password(&door.op, &id).await?;
        Ok(password.ok_or_else(super::admin_password::gone)?.expose_secret().to_owned())
    });
    crate::host::show_once(subject, password.await).await
}
