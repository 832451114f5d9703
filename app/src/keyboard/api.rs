//! The palette: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use super::palette::{Target, search};
use crate::error::AppError;

/// The pages, projects and commands whose name contains every word of `typed`, at most ten.
#[server(prefix = "/actions", endpoint = "find", input = GetUrl)]
pub(crate) async fn find_targets(typed: String) -> Result<Vec<Target>, AppError> {
    crate::call_context::ask(|context| async move {
        let fleet = context.plane.fleet().get(&context.op).await?;
        Ok(search(&typed, &fleet, |action, id| context.op.can(action, model::Target::Project(id))))
    })
    .await
}
