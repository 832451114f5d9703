//! Logs: the door, the call, the answer. Pages go on with the API's own stream.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{LogLine, ProjectId};

use crate::error::AppError;

/// The newest lines, at most `tail`, oldest of them first.
#[server(prefix = "/actions", endpoint = "log_tail", input = GetUrl)]
pub(crate) async fn get_tail(id: ProjectId, tail: u32) -> Result<Vec<LogLine>, AppError> {
    crate::host::ask(|door| async move { crate::host::logs::tail(&door, &id, tail).await }).await
}
