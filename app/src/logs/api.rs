//! Logs: the door, the call, the answer.

use leptos::prelude::*;
use leptos::server_fn::codec::{ByteStream, GetUrl, Streaming};
use model::{LogLine, ProjectId};

use crate::error::AppError;

/// The newest lines, oldest of them first.
#[server(prefix = "/actions", endpoint = "log_tail", input = GetUrl)]
pub(crate) async fn get_tail(id: ProjectId) -> Result<Vec<LogLine>, AppError> {
    crate::host::ask(|door| async move { crate::host::logs::tail(&door, &id, super::page::TAIL).await }).await
}

/// The newest lines and all that follow, one JSON object a line, until nobody reads any more.
#[server(prefix = "/actions", endpoint = "follow_log", input = GetUrl, output = Streaming)]
pub(crate) async fn follow_log(id: ProjectId) -> Result<ByteStream<AppError>, AppError> {
    use futures::StreamExt as _;
    let lines =
        crate::host::ask(
            |door| async move { crate::host::logs::follow(&door, &id, super::page::TAIL).await },
        );
    crate::host::logs::send_as_it_comes();
    let bytes = lines.await?.map(|line| match line {
        Ok(line) => Ok(bytes::Bytes::from(super::split::encode(&line))),
        Err(error) => Err(AppError::from(error.problem())),
    });
    Ok(ByteStream::new(bytes))
}
