//! Deploys: context, call, answer.

use leptos::prelude::*;
use model::{
    CommitSha, Deploy, DeployDraft, DeployId, DeployPlan, DeployProposal, Page, Problem, ProjectId,
    RepositoryAhead, SchemaDiff, WrittenSince,
};

use super::form::DeployForm;
use crate::call_context::{CallContext, ask, command};
use crate::error::AppError;

/// The deploys of a project, newest first; only those older than `before` if it is given.
pub(super) async fn get_deploys(id: ProjectId, before: Option<DeployId>) -> Result<Page<Deploy>, AppError> {
    ask(|context| async move { context.plane.deploys().list(&context.op, &id, before).await }).await
}

/// One deploy of this project.
pub(super) async fn get_deploy(project: ProjectId, id: DeployId) -> Result<Deploy, AppError> {
    ask(|context| async move {
        let deploy = context.plane.deploys().get(&context.op, id).await?;
        if deploy.project_id == project {
            Ok(deploy)
        } else {
            Err(Problem::not_found(format!("deploy {id} of {project}")).into())
        }
    })
    .await
}

/// The proposed deploy of the project: none or one.
pub(super) async fn get_proposals(id: ProjectId) -> Result<Vec<DeployProposal>, AppError> {
    ask(|context| async move { context.plane.deploys().proposals(&context.op, &id).await }).await
}

/// What a deploy would do now.
pub(super) async fn get_plan(id: ProjectId, draft: DeployDraft) -> Result<DeployPlan, AppError> {
    ask(|context| async move { context.plane.deploys().check(&context.op, &id, &draft).await }).await
}

/// Later commits of the schema file.
pub(super) async fn get_ahead(id: ProjectId) -> Result<RepositoryAhead, AppError> {
    ask(|context| async move { context.plane.deploys().ahead(&context.op, &id).await }).await
}

/// How the schema file differs between two commits.
pub(super) async fn get_diff(id: ProjectId, from: CommitSha, to: CommitSha) -> Result<SchemaDiff, AppError> {
    ask(|context| async move { context.plane.deploys().diff(&context.op, &id, (&from, &to)).await }).await
}

/// What an undo of a deploy would lose.
pub(super) async fn get_written_since(id: DeployId) -> Result<WrittenSince, AppError> {
    ask(|context| async move { context.plane.deploys().written_since(&context.op, id).await }).await
}

/// Deploys another commit or release.
#[server(prefix = "/actions", endpoint = "deploy_project")]
pub(crate) async fn deploy_project(id: ProjectId, form: DeployForm) -> Result<(), AppError> {
    let draft = form.draft();
    let deploy =
        |context: CallContext| async move { context.plane.deploys().deploy(&context.op, &id, &draft).await };
    command(&form, deploy, |operation| format!("/operations/{}", operation.id)).await
}

/// Dismisses the proposed deploy.
#[server(prefix = "/actions", endpoint = "dismiss_proposal")]
pub(crate) async fn dismiss_proposal(id: ProjectId) -> Result<(), AppError> {
    let next = format!("/projects/{id}/deploys");
    let dismiss =
        |context: CallContext| async move { context.plane.deploys().dismiss(&context.op, &id).await };
    command((), dismiss, |()| next).await
}

/// Undoes a deploy with its data; `confirm` is the typed id of the project.
#[server(prefix = "/actions", endpoint = "undo_deploy")]
pub(crate) async fn undo_deploy(id: DeployId, confirm: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "confirm": confirm });
    let undo =
        |context: CallContext| async move { context.plane.deploys().undo(&context.op, id, &confirm).await };
    command(typed, undo, |operation| format!("/operations/{}", operation.id)).await
}
