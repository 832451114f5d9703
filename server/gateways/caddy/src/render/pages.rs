//! What the gateway itself answers. The pages are self-contained and ask nothing of anybody; Caddy fills in the
//! placeholders. The host and the request id that they show were checked by Caddy and by us before.

use std::time::Duration;

use serde_json::{Value, json};

const MAINTENANCE: &str = include_str!("../../templates/maintenance.html");
const FORBIDDEN: &str = include_str!("../../templates/forbidden.html");
const NOT_FOUND: &str = include_str!("../../templates/not_found.html");

/// The id of the request, which the first route has made sure of.
pub(super) const REQUEST_ID: &str = "{http.request.header.X-Request-Id}";

/// The error route for everything that means "nobody answers": 503 with the maintenance page.
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

/// The handler for an address under which there is nothing.
pub(super) fn not_found() -> Value {
    json!({
        "handler": "static_response",
        "status_code": 404,
        "headers": { "Cache-Control": ["no-store"], "Content-Type": ["text/html; charset=utf-8"] },
        "body": NOT_FOUND,
    })
}

/// The handler for somebody who is not let in.
pub(super) fn forbidden() -> Value {
    json!({
        "handler": "static_response",
        "status_code": 403,
        "headers": { "Cache-Control": ["no-store"], "Content-Type": ["text/html; charset=utf-8"] },
        "body": FORBIDDEN,
    })
}

/// The handler for a body that is too large.
pub(super) fn too_large(limit: u64) -> Value {
    json!({
        "handler": "static_response",
        "status_code": 413,
        "headers": { "Content-Type": ["text/plain; charset=utf-8"] },
        "body": format!("A request body has at most {limit} bytes here.\n"),
    })
}
