//! Operations: context, call, answer.

use leptos::prelude::*;
use model::{Operation, OperationFilter, OperationId, OperationKind, OperationStatus, Page};

use crate::error::AppError;
use crate::projects::api::ProjectView;

/// An operation and its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OperationView {
    pub(crate) operation: Operation,
    /// The project; `None` if it no longer exists.
    pub(crate) project: Option<ProjectView>,
    /// Whether the first admin's password was not shown yet. For operations that create.
    pub(crate) password_waits: bool,
}

/// Operations that match, newest first; only those older than `before` if it is given.
pub(crate) async fn get_operations(
    filter: OperationFilter,
    before: Option<OperationId>,
) -> Result<Page<Operation>, AppError> {
    crate::call_context::ask(|context| async move {
        context.plane.operations().list(&context.op, &filter, before).await
    })
    .await
}

/// One operation with its steps.
pub(crate) async fn get_operation(id: OperationId) -> Result<OperationView, AppError> {
    crate::call_context::ask(|context| async move {
        let operation = context.plane.operations().get(&context.op, id).await?;
        let project = match &operation.project_id {
            Some(id) => crate::projects::api::view(&context, id).await.ok(),
            None => None,
        };
        let made = operation.status == OperationStatus::Succeeded && operation.kind == OperationKind::Create;
        let password_waits = made && project.as_ref().is_some_and(ProjectView::has_password_to_show);
        Ok(OperationView { operation, project, password_waits })
    })
    .await
}

/// Retries a failed operation.
#[server(prefix = "/actions", endpoint = "retry_operation")]
pub(crate) async fn retry_operation(id: OperationId) -> Result<(), AppError> {
    let retry = |context: crate::call_context::CallContext| async move {
        context.plane.operations().retry(&context.op, id).await
    };
    crate::call_context::command((), retry, |operation| format!("/operations/{}", operation.id)).await
}

/// Requests the cancellation of a job.
#[server(prefix = "/actions", endpoint = "cancel_operation")]
pub(crate) async fn cancel_operation(id: OperationId) -> Result<(), AppError> {
    let cancel = |context: crate::call_context::CallContext| async move {
        context.plane.operations().cancel(&context.op, id).await
    };
    crate::call_context::command((), cancel, |operation| format!("/operations/{}", operation.id)).await
}
