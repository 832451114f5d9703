//! Headers that every answer carries: security, request id, CORS.

use axum::{
    Router,
    extract::Request,
    http::{
        HeaderName, HeaderValue,
        header::{
            CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use tower_http::{
    cors::{AllowOrigin, Any, CorsLayer},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
};
use tracing::Span;

use super::Shared;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The security headers, unless they are disabled. A policy that is no header value is dropped.
pub fn security(mut routes: Router<Shared>, csp: Option<&str>) -> Router<Shared> {
    let Some(csp) = csp else { return routes };
    let fixed = [
        (STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains; preload"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        routes = routes.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    }
    match HeaderValue::from_str(csp) {
        Ok(value) => routes.layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, value)),
        Err(_) => routes,
    }
}

/// Keeps the caller's request id or makes one, and echoes it.
pub fn request_id(routes: Router<Shared>) -> Router<Shared> {
    routes
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// Any method and header from the listed origins; an entry that is no header value is dropped.
pub fn cors(origins: &[String]) -> CorsLayer {
    let layer = CorsLayer::new().allow_methods(Any).allow_headers(Any);
    if origins.iter().any(|origin| origin == "*") {
        return layer.allow_origin(Any);
    }
    layer.allow_origin(AllowOrigin::list(
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()),
    ))
}

/// The log span. It is opened outside the request id layer, so a made id shows as `-`; the original has it so.
pub fn span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or("-");
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request_id = id)
}
