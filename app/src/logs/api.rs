//! Logs: the door, the call, the answer.

use leptos::prelude::*;
use leptos::server_fn::codec::{ByteStream, GetUrl, Streaming};
use model::{LogLine, ProjectId};

use crate::error::AppError;

/// The newest lines, oldest of them first.
#[server(prefix = "/actions", endpoint = "log_tail", input = GetUrl)]
pub(crate) async fn get_tail(id: ProjectId) -> Result<Vec<LogLine>, AppError> {
    use crate::host::{Follow, LogQuery};
    use futures::TryStreamExt as _;
    crate::host::ask(|door| async move {
        let query = LogQuery { tail: super::page::TAIL, follow: Follow::No };
        crate::host::log_lines(&door, &id, query).await?.try_collect().await
    })
    .await
}

/// The newest lines and all that follow, one JSON object a line, until nobody reads any more.
#[server(prefix = "/actions", endpoint = "follow_log", input = GetUrl, output = Streaming)]
pub(crate) async fn follow_log(id: ProjectId) -> Result<ByteStream<AppError>, AppError> {
    use crate::host::{Follow, LogQuery};
    use futures::StreamExt as _;
    let lines = crate::host::ask(|door| async move {
        let query = LogQuery { tail: super::page::TAIL, follow: Follow::Yes };
        crate::host::log_lines(&door, &id, query).await
    });
    crate::host::send_as_it_comes();
    let bytes = lines.await?.map(|line| match line {
        Ok(line) => Ok(bytes::Bytes::from(super::split::encode(&line))),
        Err(error) => Err(AppError::from(error.problem())),
    });
    Ok(ByteStream::new(bytes))
}
