//! What instances print: as it is now, or as it comes.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_ENCODING;
use control_plane::ports::driver::{Follow, LogQuery};
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use model::{LogLine, ProjectId};

use super::{Answer, Door};

/// The newest lines, oldest of them first.
pub(crate) async fn tail(door: &Door, id: &ProjectId, tail: usize) -> Answer<Vec<LogLine>> {
    let query = LogQuery { tail, follow: Follow::No };
    door.plane.projects().logs(&door.op, id, query).await?.try_collect().await
}

/// The newest lines and all that follow. Nobody reads on after their log-in has ended, nor keeps the server from ending.
pub(crate) async fn follow(
    door: &Door,
    id: &ProjectId,
    tail: usize,
) -> Answer<BoxStream<'static, Answer<LogLine>>> {
    let query = LogQuery { tail, follow: Follow::Yes };
    let lines = door.plane.projects().logs(&door.op, id, query).await?;
    Ok(lines.take_until(Box::pin(door.lease.clone().over())).boxed())
}

/// Keeps the answer of this call from being held back until there is enough to compress.
pub(crate) fn send_as_it_comes() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(CONTENT_ENCODING, HeaderValue::from_static("identity"));
    }
}
