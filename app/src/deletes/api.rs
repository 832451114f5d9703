//! Deletes with the database: context, call, answer.

use leptos::prelude::*;
use model::{
    ApprovalDraft, DeletePreview, DeleteRequest, DeleteRequestDraft, DeleteRequestId, DeleteRequestState,
    Page, ProjectId, ProjectPatch, ReasonDraft, TrashedProject,
};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What a delete of the project with its database would destroy now.
pub(crate) async fn get_delete_preview(id: ProjectId) -> Result<DeletePreview, AppError> {
    crate::call_context::ask(|context| async move { context.plane.deletes().preview(&context.op, &id).await })
        .await
}

/// The open requests, the oldest first.
pub(crate) async fn get_open_requests() -> Result<Vec<DeleteRequest>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.deletes().open(&context.op).await }).await
}

/// How many requests wait for an approval; none for a caller who may not see requests.
pub(crate) async fn get_pending_count() -> usize {
    let open = get_open_requests().await.unwrap_or_default();
    open.iter().filter(|request| request.state == DeleteRequestState::Pending).count()
}

/// The requests that are over, the newest first; only those older than `before` if it is given.
pub(crate) async fn get_decided_requests(
    before: Option<DeleteRequestId>,
) -> Result<Page<DeleteRequest>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.deletes().decided(&context.op, before).await },
    )
    .await
}

/// One request.
pub(crate) async fn get_delete_request(id: DeleteRequestId) -> Result<DeleteRequest, AppError> {
    crate::call_context::ask(|context| async move { context.plane.deletes().get(&context.op, id).await })
        .await
}

/// The projects in the trash.
pub(crate) async fn get_trash() -> Result<Vec<TrashedProject>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.deletes().trash(&context.op).await }).await
}

/// Requests the delete of a project with its database; `confirm` is the typed id.
#[server(prefix = "/actions", endpoint = "request_delete")]
pub(crate) async fn request_delete(id: ProjectId, confirm: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "confirm": confirm });
    let request = |context: crate::call_context::CallContext| async move {
        context.plane.deletes().request(&context.op, &id, &DeleteRequestDraft { confirm }).await
    };
    crate::call_context::command(typed, request, page).await
}

/// Approves the request of another operator; `confirm` is the typed id of its project.
#[server(prefix = "/actions", endpoint = "approve_delete_request")]
pub(crate) async fn approve_delete_request(
    id: DeleteRequestId,
    confirm: String,
    reason: String,
) -> Result<(), AppError> {
    let typed = serde_json::json!({ "confirm": confirm, "reason": reason });
    let approve = |context: crate::call_context::CallContext| async move {
        context.plane.deletes().approve(&context.op, id, &ApprovalDraft { confirm, reason }).await
    };
    crate::call_context::command(typed, approve, page).await
}

/// Refuses a request.
#[server(prefix = "/actions", endpoint = "refuse_delete_request")]
pub(crate) async fn refuse_delete_request(id: DeleteRequestId, reason: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "reason": reason });
    let refuse = |context: crate::call_context::CallContext| async move {
        context.plane.deletes().refuse(&context.op, id, &ReasonDraft { reason }).await
    };
    crate::call_context::command(typed, refuse, page).await
}

/// Withdraws one's own request.
#[server(prefix = "/actions", endpoint = "withdraw_delete_request")]
pub(crate) async fn withdraw_delete_request(id: DeleteRequestId) -> Result<(), AppError> {
    let withdraw = |context: crate::call_context::CallContext| async move {
        context.plane.deletes().withdraw(&context.op, id, &ReasonDraft::default()).await
    };
    crate::call_context::command((), withdraw, page).await
}

fn page(request: &DeleteRequest) -> String {
    format!("/approvals/{}", request.id)
}

/// Brings a project back from the trash.
#[server(prefix = "/actions", endpoint = "undelete_project")]
pub(crate) async fn undelete_project(id: ProjectId) -> Result<(), AppError> {
    let undelete = |context: crate::call_context::CallContext| async move {
        context.plane.projects().undelete(&context.op, &id).await
    };
    crate::call_context::command((), undelete, |operation| format!("/operations/{}", operation.id)).await
}

/// The deletion protection as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProtectionForm {
    /// `on` or `off`.
    pub(crate) delete_protection: String,
}

/// Switches the deletion protection of a project.
#[server(prefix = "/actions", endpoint = "switch_delete_protection")]
pub(crate) async fn switch_delete_protection(
    id: ProjectId,
    generation: i64,
    form: ProtectionForm,
) -> Result<(), AppError> {
    let delete_protection = Some(form.delete_protection == "on");
    let patch = ProjectPatch { delete_protection, ..ProjectPatch::default() };
    crate::projects::api::edit(id, generation, &form, Ok(patch)).await
}
