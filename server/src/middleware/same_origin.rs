//! CSRF protection: rejects writes that another site made a browser send. Browsers attach cookies and Basic credentials
//! to such requests, but never a bearer token.

use axum::extract::Request;
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use model::{Problem, ProblemKind};

use super::authenticate::bearer;
use crate::api::error::ApiError;

/// Passes reads, requests with a bearer token, and requests of our own pages.
pub async fn check(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_ours(request.headers()) {
        return next.run(request).await;
    }
    let detail =
        "Nothing was changed. This request came from another site. Open the dashboard itself and try again.";
    ApiError(Problem::new(ProblemKind::Forbidden, "Cross-site request rejected", detail)).into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    if bearer(headers).is_some() {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text(ORIGIN.as_str()) {
        Some(origin) => origin.split_once("://").map(|(_, host)| host) == text(HOST.as_str()),
        None => !headers.contains_key(COOKIE),
    }
}

#[cfg(test)]
mod tests;
