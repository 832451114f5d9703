//! Response headers.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

/// The scheme of the dashboard's public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTPS.
    Https,
}

/// Adds caching and security headers.
pub async fn add(scheme: Scheme, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (file, immutable) = (is_file(path), path.starts_with("/pkg/") && hashed(path));
    let mut response = next.run(request).await;
    // a file of another release is absent here: a cache that stored this 404 would miss the file when it is back
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    // a page has its own policy, with the nonce of its scripts
    let page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !page {
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
    if scheme == Scheme::Https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    if immutable && found {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    } else if !headers.contains_key(CACHE_CONTROL) {
        let answer = if file && found { "no-cache" } else { "no-store" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(answer));
    }
    response
}

/// Whether the path is a file of the front end, which caches may store but must revalidate.
fn is_file(path: &str) -> bool {
    !path.starts_with("/api/") && path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Whether the file name contains the hash of its content: `NAME.HASH.EXT`.
fn hashed(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.split('.').count() > 2)
}
