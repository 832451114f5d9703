//! Logs: the door, the call, the answer. Pages go on with the API's own stream.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{LogLine, ProjectId};

use crate::error::AppError;

/// The newest lines, at most `tail`, oldest of them first.
#[server(prefix = "/actions", endpoint = "log_tail", input = GetUrl)]
pub(crate) async fn get_tail(id: ProjectId, tail: u32) -> Result<Vec<LogLine>, AppError> {
    use crate::host::{Follow, LogQuery};
    use futures::TryStreamExt as _;
    crate::host::ask(|door| async move {
        let tail = usize::try_from(tail).unwrap_or(usize::MAX);
        let query = LogQuery { tail, follow: Follow::No };
        crate::host::log_lines(&door, &id, query).await?.try_collect().await
    })
    .await
}
