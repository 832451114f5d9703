//! The routes of both servers, in the order in which they are tried.

use std::net::SocketAddr;
use std::time::Duration;

use control_plane::ports::gateway::{HeaderRouting, Route, RouteTable, RouteTarget};
use model::ProjectId;
use serde_json::{Value, json};

use super::cache::Pieces;
use super::names::Names;
use super::pages::{self, REQUEST_ID};
use super::policies::Policies;
use crate::features::CaddyFeatures;
use crate::identifiers::{EDGE, HTTP_ROUTE_ID, ROUTE_ID};
use crate::rendered::RouteText;
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

/// What every route is rendered with.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) table: &'a RouteTable,
    pub(super) names: &'a Names<'a>,
    pub(super) settings: &'a RenderSettings,
    pub(super) features: CaddyFeatures,
}

impl<'a> Context<'a> {
    const fn policies(self) -> Policies<'a> {
        Policies::new(self.table, self.features)
    }
}

/// HTTP: a known name is redirected, an unknown one may choose by the header.
pub(super) fn http(context: Context<'_>, pieces: &mut Pieces) -> Vec<RouteText> {
    let Context { table, names, settings, .. } = context;
    let mut routes = request_id();
    routes.extend(redirect(names, settings.https.port()));
    routes.extend(choice(context));
    let mut routes: Vec<RouteText> = routes.iter().map(RouteText::shared).collect();
    let matchers = |id: &ProjectId| by_header(table.header, id).into_iter().collect();
    routes.extend(projects(context, pieces, HTTP_ROUTE_ID, matchers));
    routes.push(RouteText::shared(&json!({ "handle": [pages::not_found()] })));
    routes
}

/// HTTPS: by name. The header still counts where a host is unknown under a certificate that is known.
pub(super) fn https(context: Context<'_>, pieces: &mut Pieces) -> Vec<RouteText> {
    let Context { table, names, .. } = context;
    let mut routes = request_id();
    routes.extend(choice(context));
    routes.extend(dashboard(context));
    let mut routes: Vec<RouteText> = routes.iter().map(RouteText::shared).collect();
    let matchers = |id: &ProjectId| {
        let hosts = names.of_project(id);
        let by_name = (!hosts.is_empty()).then(|| json!({ "host": hosts }));
        by_name.into_iter().chain(by_header(table.header, id)).collect()
    };
    routes.extend(projects(context, pieces, ROUTE_ID, matchers));
    routes.push(RouteText::shared(&json!({ "handle": [pages::not_found()] })));
    routes
}

/// The projects that are reached at all, by name or by header.
pub(super) fn reached(context: Context<'_>) -> impl Iterator<Item = (&ProjectId, &Route)> {
    let Context { table, names, .. } = context;
    let by_header = table.header != HeaderRouting::Off;
    table.routes.iter().filter(move |(id, _)| by_header || !names.of_project(id).is_empty())
}

/// The projects that say something of the edge themselves, then what holds for all others, then those.
fn projects(
    context: Context<'_>,
    pieces: &mut Pieces,
    prefix: &str,
    matchers: impl Fn(&ProjectId) -> Vec<Value>,
) -> Vec<RouteText> {
    let policies = context.policies();
    let mut own = Vec::new();
    let mut others = Vec::new();
    for (id, route) in &context.table.routes {
        let hosts = context.names.of_project(id);
        if context.table.header == HeaderRouting::Off && (prefix == HTTP_ROUTE_ID || hosts.is_empty()) {
            continue;
        }
        let text = pieces.text(id, route, hosts, || project(context, prefix, (id, route), &matchers(id)));
        if policies.is_own(&route.edge) { own.push(text) } else { others.push(text) }
    }
    let of_all = policies.of_all();
    own.into_iter().chain(of_all.iter().map(RouteText::shared)).chain(others).collect()
}

/// The route of one project.
fn project(
    context: Context<'_>,
    prefix: &str,
    (id, route): (&ProjectId, &Route),
    matchers: &[Value],
) -> Value {
    let policies = context.policies();
    let name = format!("{prefix}{id}");
    let mut handlers = Vec::new();
    if policies.is_own(&route.edge) {
        handlers.push(json!({ "handler": "vars", (EDGE): route.edge }));
        handlers.push(json!({ "handler": "subroute", "routes": policies.of_one(&route.edge, &name) }));
    }
    handlers.push(target(context, route));
    json!({ "@id": name, "match": matchers, "handle": handlers, "terminal": true })
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

fn dashboard(context: Context<'_>) -> Option<Value> {
    context.table.dashboard.as_ref().map(|(name, address)| {
        json!({
            "match": [{ "host": [name] }],
            "handle": [proxy(context, *address, Duration::ZERO)],
            "terminal": true,
        })
    })
}

/// The choice by the header is written down, where the host is nobody's and the peer may choose; then it and all that
/// a client may not tell an instance is taken off the request.
fn choice(context: Context<'_>) -> Vec<Value> {
    let Context { table: RouteTable { header, .. }, names, .. } = context;
    let hosts: Vec<&str> = names.all().collect();
    let mut matcher = json!({ "header": { "X-Atomo-Project": ["*"] } });
    if !hosts.is_empty() {
        matcher["not"] = json!([{ "host": hosts }]);
    }
    if *header == HeaderRouting::Private {
        matcher[context.policies().client()] = json!({ "ranges": PRIVATE });
    }
    let chosen = json!({
        "match": [matcher],
        "handle": [{ "handler": "vars", (CHOSEN): "{http.request.header.X-Atomo-Project}" }],
    });
    let stripped = json!({ "handle": [{ "handler": "headers", "request": { "delete": STRIPPED } }] });
    if *header == HeaderRouting::Off { vec![stripped] } else { vec![chosen, stripped] }
}

fn by_header(header: HeaderRouting, id: &ProjectId) -> Option<Value> {
    let variable = format!("{{http.vars.{CHOSEN}}}");
    (header != HeaderRouting::Off).then(|| json!({ "vars": { (variable): [id] } }))
}

/// There is no active health check: it would end a hold later, or break it (ARCHITECTURE.md has the figures). An instance
/// that takes requests and does not answer them is found by the limit of each.
fn target(context: Context<'_>, route: &Route) -> Value {
    match route.target {
        RouteTarget::Upstream(address) => {
            let mut proxy = proxy(context, address, route.hold);
            let limit = format!("{}ms", context.settings.answer_within.as_millis());
            proxy["transport"] = json!({ "protocol": "http", "response_header_timeout": limit });
            proxy
        }
        RouteTarget::Maintenance => json!({ "handler": "error", "status_code": 503 }),
    }
}

/// A connection that cannot be made is tried again every 50 ms for as long as `hold`. Behind trusted proxies an instance is
/// told the client that was judged, and nobody whom the client named.
fn proxy(context: Context<'_>, address: SocketAddr, hold: Duration) -> Value {
    let mut proxy = json!({ "handler": "reverse_proxy", "upstreams": [{ "dial": address.to_string() }] });
    if !hold.is_zero() {
        proxy["load_balancing"] =
            json!({ "try_duration": format!("{}ms", hold.as_millis()), "try_interval": "50ms" });
    }
    if context.policies().trusts() {
        proxy["headers"] = json!({ "request": { "set": { "X-Forwarded-For": ["{http.vars.client_ip}"] } } });
    }
    if context.features.stream_close_delay {
        proxy["stream_close_delay"] = json!(STREAM_CLOSE_DELAY);
    }
    proxy
}
