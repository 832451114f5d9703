//! Operations: the door, the call, the answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{Operation, OperationId, Page, ProjectId};

use crate::error::AppError;

/// Operations, newest first, older than `before`: of one project, or of all.
#[server(prefix = "/actions", endpoint = "operations", input = GetUrl)]
pub(crate) async fn get_operations(
    project: Option<ProjectId>,
    before: Option<OperationId>,
) -> Result<Page<Operation>, AppError> {
    crate::host::ask(
        |door| async move { door.plane.operations().list(&door.op, project.as_ref(), before).await },
    )
    .await
}

/// One operation with its steps.
#[server(prefix = "/actions", endpoint = "operation", input = GetUrl)]
pub(crate) async fn get_operation(id: OperationId) -> Result<Operation, AppError> {
    crate::host::ask(|door| async move { door.plane.operations().get(&door.op, id).await }).await
}

/// Does a failed operation again.
#[server(prefix = "/actions", endpoint = "retry_operation")]
pub(crate) async fn retry_operation(id: OperationId) -> Result<(), AppError> {
    let retry = |door: crate::host::Door| async move { door.plane.operations().retry(&door.op, id).await };
    crate::host::command((), retry, |operation| format!("/operations/{}", operation.id)).await
}
