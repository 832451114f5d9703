//! Rejects forms of the dashboard whose body is too large, with the problem that API and command line show. Leptos would
//! report them as a broken request.

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_LENGTH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;

use crate::api::error::{ApiError, too_large};

/// Maximum size of a request body in bytes.
pub const MAX_BODY: usize = 1024 * 1024;
/// Bytes of an oversized body that are still read: a browser that cannot finish sending does not read the answer.
const DRAINED: usize = 16 * 1024 * 1024;

/// The same limit for bodies without a declared length.
pub fn layer() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MAX_BODY)
}

/// Rejects requests whose declared length exceeds [`MAX_BODY`].
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
