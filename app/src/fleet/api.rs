//! The fleet: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{Fleet, KeptDatabase};

use crate::error::AppError;

/// All projects, worst first, and the parts.
#[server(prefix = "/actions", endpoint = "fleet", input = GetUrl)]
pub(crate) async fn get_fleet() -> Result<Fleet, AppError> {
    crate::call_context::ask(|context| async move { context.plane.fleet().get(&context.op).await }).await
}

/// Retained databases.
#[server(prefix = "/actions", endpoint = "kept_databases", input = GetUrl)]
pub(crate) async fn get_kept() -> Result<Vec<KeptDatabase>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.fleet().kept(&context.op).await }).await
}
