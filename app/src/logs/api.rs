//! Logs: context, call, answer. Pages follow the log through the HTTP API's stream.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{LogLine, ProjectId};

use crate::error::AppError;

/// The newest lines, at most `tail`, oldest first.
#[server(prefix = "/actions", endpoint = "log_tail", input = GetUrl)]
pub(crate) async fn get_tail(id: ProjectId, tail: u32) -> Result<Vec<LogLine>, AppError> {
    crate::call_context::ask(
        |context| async move { crate::call_context::logs::tail(&context, &id, tail).await },
    )
    .await
}
