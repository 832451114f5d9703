//! What instances print, as it is now. As it comes it is read by the HTTP API, which both pages and programs use.

use futures::stream::TryStreamExt as _;
use model::{LogLine, ProjectId};

use super::{Answer, CallContext, Follow, LogQuery};

/// The newest lines, oldest of them first.
pub(crate) async fn tail(context: &CallContext, id: &ProjectId, tail: u32) -> Answer<Vec<LogLine>> {
    let tail = usize::try_from(tail).unwrap_or(usize::MAX);
    let query = LogQuery { tail, follow: Follow::No };
    context.plane.projects().logs(&context.op, id, query).await?.try_collect().await
}
