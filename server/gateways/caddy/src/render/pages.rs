//! Responses of the gateway itself. The pages are self-contained; Caddy fills in the placeholders. Host and request id
//! were validated before by Caddy and by us.

use std::time::Duration;

use serde_json::{Value, json};

const MAINTENANCE: &str = include_str!("../../templates/maintenance.html");
const FORBIDDEN: &str = include_str!("../../templates/forbidden.html");
const NOT_FOUND: &str = include_str!("../../templates/not_found.html");

/// The request id, which the first route guarantees.
pub(super) const REQUEST_ID: &str = "{http.request.header.X-Request-Id}";

/// The error route for all upstream failures: 503 with the maintenance page.
pub(super) fn maintenance(retry_after: Duration) -> Value {
    json!({
        "match": [{ "expression": "{http.error.status_code} in [502, 503, 504]" }],
        "handle": [{
            "handler": "static_response",
            "status_code": 503,
            "headers": {
                "Cache-Control": ["no-store"],
                "Content-Type": ["text/html; charset=utf-8"],
                "Retry-After": [retry_after.as_secs().to_string()],
                "X-Request-Id": [REQUEST_ID],
            },
            "body": MAINTENANCE,
        }],
    })
}

/// The handler for unknown addresses.
pub(super) fn not_found() -> Value {
    json!({
        "handler": "static_response",
        "status_code": 404,
        "headers": { "Cache-Control": ["no-store"], "Content-Type": ["text/html; charset=utf-8"] },
        "body": NOT_FOUND,
    })
}

/// The handler for denied clients.
pub(super) fn forbidden() -> Value {
    json!({
        "handler": "static_response",
        "status_code": 403,
        "headers": { "Cache-Control": ["no-store"], "Content-Type": ["text/html; charset=utf-8"] },
        "body": FORBIDDEN,
    })
}

/// The handler for oversized bodies.
pub(super) fn too_large(limit: u64) -> Value {
    json!({
        "handler": "static_response",
        "status_code": 413,
        "headers": { "Content-Type": ["text/plain; charset=utf-8"] },
        "body": format!("A request body has at most {limit} bytes here.\n"),
    })
}
