//! Calls of the dashboard that are too large: the same problem that the API and the command line tell. Behind this, such
//! a call would only look broken.

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_LENGTH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;

use crate::api::error::{ApiError, too_large};

/// The largest body of a request.
pub const MAX_BODY: usize = 1024 * 1024;
/// So much of a body that nobody wants is still read: a browser that cannot send on does not read the answer.
const DRAINED: usize = 16 * 1024 * 1024;

/// The same limit for bodies that do not say how large they are.
pub fn layer() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MAX_BODY)
}

/// Refuses what says that it is larger than [`MAX_BODY`].
pub async fn check(request: Request, next: Next) -> Response {
    if length(request.headers()).is_none_or(|length| length <= MAX_BODY) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut pieces = body.into_data_stream();
    let mut read = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        read += piece.len();
        if read > DRAINED {
            break;
        }
    }
    match app::call_context::refuse(parts, too_large()).await {
        Some(page) => (StatusCode::FOUND, [(LOCATION, page)]).into_response(),
        None => ApiError(too_large()).into_response(),
    }
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
