//! The fleet: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::Fleet;

use crate::error::AppError;

/// All projects, worst first, and the parts.
#[server(prefix = "/actions", endpoint = "fleet", input = GetUrl)]
pub(crate) async fn get_fleet() -> Result<Fleet, AppError> {
    crate::call_context::ask(|context| async move { context.plane.fleet().get(&context.op).await }).await
}
