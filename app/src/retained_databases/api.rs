//! Retained databases: context, call, answer.

use leptos::prelude::*;
use model::{ProjectId, RetainedDatabase};

use crate::error::AppError;

/// All of them, each with whether it is still there.
pub(crate) async fn get_retained_databases() -> Result<Vec<RetainedDatabase>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.retained_databases().list(&context.op).await },
    )
    .await
}

/// One of them.
pub(crate) async fn get_retained_database(id: ProjectId) -> Result<RetainedDatabase, AppError> {
    crate::call_context::ask(|context| async move {
        context.plane.retained_databases().get(&context.op, &id).await
    })
    .await
}

/// Removes the entry of one that is gone.
#[server(prefix = "/actions", endpoint = "remove_retained_database")]
pub(crate) async fn remove_retained_database(id: ProjectId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.retained_databases().remove(&context.op, &id).await
    };
    crate::call_context::command((), remove, |()| "/".to_owned()).await
}
