//! The newest log lines of an instance. Pages follow the log through the HTTP API's stream.

use futures::stream::TryStreamExt as _;
use model::{LogLine, ProjectId};

use super::{Answer, CallContext, Follow, LogQuery};

/// The newest `tail` lines, oldest first.
pub(crate) async fn tail(context: &CallContext, id: &ProjectId, tail: u32) -> Answer<Vec<LogLine>> {
    let tail = usize::try_from(tail).unwrap_or(usize::MAX);
    let query = LogQuery { tail, follow: Follow::No };
    context.plane.projects().logs(&context.op, id, query).await?.try_collect().await
}
