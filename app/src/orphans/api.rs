//! Orphans: context, call, answer.

use leptos::prelude::*;
use model::{Orphan, Problem, ProjectId};

use crate::error::AppError;

/// Orphans as last observed, with the removals that are under way. Does not wait for the driver.
pub(crate) async fn get_orphans() -> Result<Vec<Orphan>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.orphans().known(&context.op).await }).await
}

/// One orphan, read from the driver now.
pub(crate) async fn get_orphan(id: ProjectId) -> Result<Orphan, AppError> {
    crate::call_context::ask(|context| async move {
        let known = context.plane.orphans().list(&context.op).await?.into_iter().find(|known| known.id == id);
        Ok(known.ok_or_else(|| Problem::not_found(format!("instance of {id} without a project")))?)
    })
    .await
}

/// Opens the job that stops and removes an orphan, and leads to its page.
#[server(prefix = "/actions", endpoint = "remove_orphan")]
pub(crate) async fn remove_orphan(id: ProjectId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.orphans().remove(&context.op, &id).await
    };
    crate::call_context::command((), remove, |operation| format!("/operations/{}", operation.id)).await
}
