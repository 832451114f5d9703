//! Server-sent events: hints of what moves, for open pages and for whoever waits for an operation.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use control_plane::{ControlPlane, OpContext};
use futures::{Stream, StreamExt as _};
use model::{Action, Hint, Target};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, NoParams, Open};
use crate::state::AppState;

/// How often a silent connection says that it is alive. A page counts on it: after two that did not come it connects
/// anew.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A header of an answer.
type Header = [(HeaderName, &'static str); 1];

/// Forbids proxies such as nginx to collect a stream before they pass it on.
pub(super) const UNBUFFERED: Header = [(HeaderName::from_static("x-accel-buffering"), "no")];

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(stream_events))
}

/// Hints of what moved, as server-sent events. A hint only says "look again"; whoever missed some is told to look at
/// the whole fleet.
#[utoipa::path(
    get, path = "/events", tag = "fleet",
    extensions(("x-action" = json!(Action::FleetView))),
    responses((status = 200, body = Hint, content_type = "text/event-stream"))
)]
async fn stream_events(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
    Open(grant): Open,
) -> Result<(Header, Sse<impl Stream<Item = Result<Event, Infallible>>>), ApiError> {
    op.may(Action::FleetView, Target::Anywhere)?;
    let hints = BroadcastStream::new(plane.live()).filter_map(move |received| {
        let event = visible(received, &op).and_then(|hint| Event::default().json_data(hint).ok());
        async move { event.map(Ok) }
    });
    let events = Sse::new(hints.take_until(Box::pin(grant.ended()))).keep_alive(keep_alive());
    Ok((UNBUFFERED, events))
}

/// An event with a name and some data: a browser keeps comments from its scripts, and events without data too.
fn keep_alive() -> KeepAlive {
    KeepAlive::new().interval(KEEP_ALIVE).event(Event::default().event("alive").data("{}"))
}

/// What the caller may know of a hint.
fn visible(received: Result<Hint, BroadcastStreamRecvError>, op: &OpContext) -> Option<Hint> {
    let hint = received.unwrap_or(Hint::Fleet);
    match &hint {
        Hint::Parts | Hint::Figures | Hint::Fleet => Some(hint),
        Hint::Project { project_id } => {
            op.can(Action::ProjectView, Target::Project(project_id)).then_some(hint)
        }
        Hint::Operation { project_id, .. } => {
            op.can(Action::OperationView, Target::of(project_id.as_ref())).then_some(hint)
        }
    }
}

#[cfg(test)]
mod tests;
