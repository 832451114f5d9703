//! The log as it is printed, one line of HTML for each log line, for the page script. The HTTP API has the same as JSON.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use control_plane::operators::stream_grant::StreamGrant;
use control_plane::{ControlPlane, OpContext};
use futures::StreamExt as _;
use model::ProjectId;

use super::filter::Filter;
use crate::address::{Address, Query};
use crate::call_context::{Follow, LogQuery};
use crate::components::line_html;
use crate::site::Site;

/// Lines without `tail`.
const TAIL: usize = 200;
/// A type of its own, because a compressed stream would arrive in blocks: the router compresses every other text.
pub const LINES: &str = "application/x-html-lines";
/// Most lines.
const MAX_TAIL: usize = 1_000;

/// `GET /projects/{id}/logs/follow?tail=&q=&level=`.
pub(crate) fn follow_log<S: Clone + Send + Sync + 'static>(site: &Site) -> MethodRouter<S> {
    let plane = site.plane.clone();
    get(move |request: Request| follow(plane.clone(), request))
}

async fn follow(plane: ControlPlane, request: Request) -> Response {
    let extensions = request.extensions();
    let (Some(op), Some(grant)) = (extensions.get::<OpContext>(), extensions.get::<StreamGrant>().cloned())
    else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let query = Address::of(request.uri()).query;
    let Some(id) = project(request.uri().path()) else { return StatusCode::NOT_FOUND.into_response() };
    let lines = plane.projects().logs(op, &id, LogQuery { tail: tail(&query), follow: Follow::Yes }).await;
    let lines = match lines {
        Ok(lines) => lines,
        Err(error) => {
            let status = StatusCode::from_u16(error.problem().status);
            return status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        }
    };
    let filter = Filter::from_query(&query);
    let html = lines.take_until(grant.ended()).filter_map(move |line| {
        // a log that cannot be read on ends the stream; the page script connects again
        let html = line.ok().filter(|line| filter.admits(line)).map(|line| line_html(&line) + "\n");
        async move { html.map(|html| Ok::<_, std::convert::Infallible>(Bytes::from(html))) }
    });
    // proxies must not collect the stream
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), "no");
    let headers = [(CONTENT_TYPE, LINES), (CACHE_CONTROL, "no-store"), unbuffered];
    (headers, Body::from_stream(html)).into_response()
}

fn project(path: &str) -> Option<ProjectId> {
    path.split('/').nth(2)?.parse().ok()
}

fn tail(query: &Query) -> usize {
    query.get("tail").and_then(|tail| tail.parse().ok()).unwrap_or(TAIL).min(MAX_TAIL)
}
