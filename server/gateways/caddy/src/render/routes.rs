//! The routes of both servers, in the order in which they are tried.

use std::net::SocketAddr;
use std::time::Duration;

use control_plane::ports::gateway::{HeaderRouting, Route, RouteTable, Target};
use model::ProjectId;
use serde_json::{Value, json};

use super::names::Names;
use super::pages::{self, REQUEST_ID};
use crate::features::CaddyFeatures;
use crate::read::{HTTP_ROUTE_ID, ROUTE_ID};
use crate::settings::RenderSettings;

/// Loopback and private addresses, from where `X-Atomo-Project` is honoured by default.
const PRIVATE: [&str; 6] =
    ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// What a client may not tell an instance. Caddy replaces `X-Forwarded-For`, `-Host` and `-Proto` by itself.
const STRIPPED: [&str; 7] = [
    "X-Atomo-Project",
    "Forwarded",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Server",
    "X-Forwarded-Ssl",
    "X-Real-Ip",
];

/// How long an upgraded connection outlives the configuration under which it was opened.
const STREAM_CLOSE_DELAY: &str = "12h";

/// The variable that holds the project chosen by the header.
const CHOSEN: &str = "atomo_project";

/// HTTP: a known name is redirected, an unknown one may choose by the header.
pub(super) fn http(
    table: &RouteTable,
    names: &Names<'_>,
    settings: &RenderSettings,
    features: CaddyFeatures,
) -> Vec<Value> {
    let mut routes = request_id();
    routes.extend(redirect(names, settings.https.port()));
    routes.extend(choice(table.header, names));
    routes.extend(guards(settings));
    routes.extend(table.routes.iter().filter_map(|(id, route)| {
        let matchers = vec![by_header(table.header, id)?];
        Some(project(HTTP_ROUTE_ID, id, &matchers, &target(route, settings, features)))
    }));
    routes.push(json!({ "handle": [pages::not_found()] }));
    routes
}

/// HTTPS: by name. The header still counts where a host is unknown under a certificate that is known.
pub(super) fn https(
    table: &RouteTable,
    names: &Names<'_>,
    settings: &RenderSettings,
    features: CaddyFeatures,
) -> Vec<Value> {
    let mut routes = request_id();
    routes.extend(choice(table.header, names));
    routes.extend(dashboard(table, features));
    routes.extend(guards(settings));
    routes.extend(table.routes.iter().filter_map(|(id, route)| {
        let hosts = names.of_project(id);
        let by_name = (!hosts.is_empty()).then(|| json!({ "host": hosts }));
        let matchers: Vec<Value> = by_name.into_iter().chain(by_header(table.header, id)).collect();
        (!matchers.is_empty()).then(|| project(ROUTE_ID, id, &matchers, &target(route, settings, features)))
    }));
    routes.push(json!({ "handle": [pages::not_found()] }));
    routes
}

/// An id that the client sent is kept when it is harmless in a log line and on a page; else a new one is made.
fn request_id() -> Vec<Value> {
    vec![
        json!({
            "match": [{ "not": [{ "vars_regexp": { REQUEST_ID: { "pattern": "^[A-Za-z0-9._:-]{1,128}$" } } }] }],
            "handle": [{ "handler": "headers", "request": { "set": { "X-Request-Id": ["{http.request.uuid}"] } } }],
        }),
        json!({
            "handle": [{
                "handler": "headers",
                "response": { "deferred": true, "set": { "X-Request-Id": [REQUEST_ID] } },
            }],
        }),
    ]
}

fn redirect(names: &Names<'_>, port: u16) -> Option<Value> {
    let hosts: Vec<&str> = names.all().collect();
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    (!hosts.is_empty()).then(|| {
        json!({
            "match": [{ "host": hosts }],
            "handle": [{
                "handler": "static_response",
                "status_code": 308,
                "headers": { "Location": [format!("https://{{http.request.host}}{port}{{http.request.uri}}")] },
            }],
            "terminal": true,
        })
    })
}

/// What holds for every project: blocked paths and the size of a body. A declared size is refused before anything is
/// sent on, because a proxied request that is cut off looks like a dead instance to Caddy 2.6.
fn guards(settings: &RenderSettings) -> Vec<Value> {
    let limit = settings.max_body.bytes();
    let declared = "{http.request.header.Content-Length}";
    let paths: Vec<String> = settings.blocked_paths.iter().flat_map(|path| with_slash(path)).collect();
    let mut routes = vec![
        json!({
            "match": [{ "expression": format!("{declared} != \"\" && int({declared}) > {limit}") }],
            "handle": [pages::too_large(limit)],
            "terminal": true,
        }),
        json!({ "handle": [{ "handler": "request_body", "max_size": limit }] }),
    ];
    if !paths.is_empty() {
        routes
            .push(json!({ "match": [{ "path": paths }], "handle": [pages::not_found()], "terminal": true }));
    }
    routes
}

fn with_slash(path: &str) -> Vec<String> {
    if path.ends_with(['*', '/']) { vec![path.to_owned()] } else { vec![path.to_owned(), format!("{path}/")] }
}

fn dashboard(table: &RouteTable, features: CaddyFeatures) -> Option<Value> {
    table.dashboard.as_ref().map(|(name, address)| {
        json!({
            "match": [{ "host": [name] }],
            "handle": [proxy(*address, Duration::ZERO, features)],
            "terminal": true,
        })
    })
}

/// The choice by the header is written down, where the host is nobody's and the peer may choose; then it and all that
/// a client may not tell an instance is taken off the request.
fn choice(header: HeaderRouting, names: &Names<'_>) -> Vec<Value> {
    let hosts: Vec<&str> = names.all().collect();
    let mut matcher = json!({ "header": { "X-Atomo-Project": ["*"] } });
    if !hosts.is_empty() {
        matcher["not"] = json!([{ "host": hosts }]);
    }
    if header == HeaderRouting::Private {
        matcher["remote_ip"] = json!({ "ranges": PRIVATE });
    }
    let chosen = json!({
        "match": [matcher],
        "handle": [{ "handler": "vars", (CHOSEN): "{http.request.header.X-Atomo-Project}" }],
    });
    let stripped = json!({ "handle": [{ "handler": "headers", "request": { "delete": STRIPPED } }] });
    if header == HeaderRouting::Off { vec![stripped] } else { vec![chosen, stripped] }
}

fn by_header(header: HeaderRouting, id: &ProjectId) -> Option<Value> {
    let variable = format!("{{http.vars.{CHOSEN}}}");
    (header != HeaderRouting::Off).then(|| json!({ "vars": { (variable): [id] } }))
}

fn project(prefix: &str, id: &ProjectId, matchers: &[Value], handler: &Value) -> Value {
    json!({ "@id": format!("{prefix}{id}"), "match": matchers, "handle": [handler], "terminal": true })
}

/// There is no active health check: it would end a hold later, or break it (ARCHITECTURE.md has the figures). An instance
/// that takes requests and does not answer them is found by the limit of each.
fn target(route: &Route, settings: &RenderSettings, features: CaddyFeatures) -> Value {
    match route.target {
        Target::Upstream(address) => {
            let mut proxy = proxy(address, route.hold, features);
            let limit = format!("{}ms", settings.answer_within.as_millis());
            proxy["transport"] = json!({ "protocol": "http", "response_header_timeout": limit });
            proxy
        }
        Target::Maintenance => json!({ "handler": "error", "status_code": 503 }),
    }
}

/// A connection that cannot be made is tried again every 50 ms for as long as `hold`.
fn proxy(address: SocketAddr, hold: Duration, features: CaddyFeatures) -> Value {
    let mut proxy = json!({ "handler": "reverse_proxy", "upstreams": [{ "dial": address.to_string() }] });
    if !hold.is_zero() {
        proxy["load_balancing"] =
            json!({ "try_duration": format!("{}ms", hold.as_millis()), "try_interval": "50ms" });
    }
    if features.stream_close_delay {
        proxy["stream_close_delay"] = json!(STREAM_CLOSE_DELAY);
    }
    proxy
}
