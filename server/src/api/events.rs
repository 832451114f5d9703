//! Server-sent events: hints of what moves, for open pages and for whoever waits for an operation.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use control_plane::{ControlPlane, OpContext};
use futures::{Stream, StreamExt as _};
use model::Hint;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::input::{Caller, NoParams, Open};
use crate::state::AppState;

/// How often a silent connection says that it is alive. A page counts on it: after two that did not come it connects
/// anew.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(stream_events))
}

/// Hints of what moved, as server-sent events. A hint only says "look again"; whoever missed some is told to look at
/// the whole fleet.
#[utoipa::path(
    get, path = "/events", tag = "fleet",
    responses((status = 200, body = Hint, content_type = "text/event-stream"))
)]
async fn stream_events(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
    Open(lease): Open,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hints = BroadcastStream::new(plane.live()).filter_map(move |received| {
        let event = visible(received, &op).and_then(|hint| Event::default().json_data(hint).ok());
        async move { event.map(Ok) }
    });
    Sse::new(hints.take_until(Box::pin(lease.over()))).keep_alive(keep_alive())
}

/// An event with a name and some data: a browser keeps comments from its scripts, and events without data too.
fn keep_alive() -> KeepAlive {
    KeepAlive::new().interval(KEEP_ALIVE).event(Event::default().event("alive").data("{}"))
}

/// What the caller may know of a hint.
fn visible(received: Result<Hint, BroadcastStreamRecvError>, op: &OpContext) -> Option<Hint> {
    let hint = received.unwrap_or(Hint::Fleet);
    match &hint {
        Hint::Fleet => Some(hint),
        Hint::Project { project_id } | Hint::Operation { project_id: Some(project_id), .. } => {
            op.may_see(project_id).then_some(hint)
        }
        Hint::Operation { project_id: None, .. } => op.on_fleet().is_ok().then_some(hint),
    }
}

#[cfg(test)]
mod tests;
