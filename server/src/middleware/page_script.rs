//! Answers to forms that the page script sends. A redirect would be followed by the browser before the script sees it, and a
//! page with a flash would be fetched twice: the script gets the address and fetches or opens it itself.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, LOCATION};
use axum::middleware::Next;
use axum::response::Response;

/// Marks a request of the page script.
const PAGE_SCRIPT: HeaderName = HeaderName::from_static("x-page-script");
/// The address that follows.
const NEXT: HeaderName = HeaderName::from_static("x-location");

/// Turns a redirect into status 204 with the address in `X-Location`, if the page script asks.
pub async fn answer(request: Request, next: Next) -> Response {
    let asks = request.headers().contains_key(PAGE_SCRIPT);
    let mut response = next.run(request).await;
    if asks
        && response.status().is_redirection()
        && let Some(location) = response.headers_mut().remove(LOCATION)
    {
        response.headers_mut().insert(NEXT, location);
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    response
}
