//! The rate limiter as a layer.

use std::time::Instant;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Shared;
use crate::rate_limit::{RetryAfter, client, is_exempt};

/// 429 with `retry-after` in whole seconds and no body, once a client's budget is spent.
pub async fn limit(State(state): State<Shared>, request: Request, next: Next) -> Response {
    if is_exempt(request.uri().path()) {
        return next.run(request).await;
    }
    match state.limiter.take(client(forwarded_for(request.headers())), Instant::now()) {
        Ok(()) => next.run(request).await,
        Err(RetryAfter(wait)) => {
            let seconds = wait.as_secs().max(1).to_string();
            (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)]).into_response()
        }
    }
}

fn forwarded_for(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-forwarded-for").and_then(|value| value.to_str().ok())
}
