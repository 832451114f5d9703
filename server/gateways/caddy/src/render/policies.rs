//! What is asked of a request before it is sent on, and what is added to its answer: the routes of one [`Edge`].
//!
//! The fleet's own policy stands once, before the projects that say nothing themselves. A project that does has all that
//! holds for it in its own route, before that.

use control_plane::ports::gateway::RouteTable;
use model::edge::{BlockedPath, Cidr, RateLimit};
use model::{Edge, EdgePolicy};
use serde_json::{Map, Value, json};

use super::pages;
use crate::features::CaddyFeatures;

/// What the policies of a table depend on.
#[derive(Clone, Copy)]
pub(super) struct Policies<'a> {
    table: &'a RouteTable,
    features: CaddyFeatures,
}

impl<'a> Policies<'a> {
    pub(super) const fn new(table: &'a RouteTable, features: CaddyFeatures) -> Self {
        Self { table, features }
    }

    /// Whether clients are told by the header of trusted proxies.
    pub(super) fn trusts(self) -> bool {
        self.features.client_ip && !self.table.edge.trusted_proxies.is_empty()
    }

    /// The matcher of the client's address.
    pub(super) fn client(self) -> &'static str {
        if self.trusts() { "client_ip" } else { "remote_ip" }
    }

    /// Whether a project's route holds its policy itself. A limit counts by project.
    pub(super) fn is_own(self, own: &EdgePolicy) -> bool {
        let limits = self.features.rate_limit && self.table.edge.policy.rate_limit.is_some();
        limits || !own.is_empty()
    }

    /// What holds for the projects that say nothing.
    pub(super) fn of_all(self) -> Vec<Value> {
        self.routes(&Edge::of(&self.table.edge.policy, &EdgePolicy::default()), None)
    }

    /// What holds for a project that says something. `zone` is the name under which its requests are counted.
    pub(super) fn of_one(self, own: &EdgePolicy, zone: &str) -> Vec<Value> {
        self.routes(&Edge::of(&self.table.edge.policy, own), Some(zone))
    }

    fn routes(self, edge: &Edge, zone: Option<&str>) -> Vec<Value> {
        let limit = edge.rate_limit.filter(|_| self.features.rate_limit).zip(zone);
        let mut routes = Vec::new();
        routes.extend(headers(edge));
        routes.extend(self.turned_away(edge));
        routes.extend(blocked(&edge.blocked_paths));
        routes.extend(limit.map(|(limit, zone)| self.limited(limit, zone)));
        routes.extend(body(edge.max_body.bytes()));
        routes
    }

    /// 403 for whoever is denied, or stands on one of the lists of the allowed not.
    fn turned_away(self, edge: &Edge) -> Option<Value> {
        let matcher = |networks: &[Cidr]| json!({ (self.client()): { "ranges": networks } });
        let denied = (!edge.deny.is_empty()).then(|| matcher(&edge.deny));
        let strangers = edge.allow.iter().map(|list| json!({ "not": [matcher(list)] }));
        let matchers: Vec<Value> = denied.into_iter().chain(strangers).collect();
        (!matchers.is_empty())
            .then(|| json!({ "match": matchers, "handle": [pages::forbidden()], "terminal": true }))
    }

    /// 429 by the handler itself.
    fn limited(self, limit: RateLimit, zone: &str) -> Value {
        let key = if self.trusts() { "{http.vars.client_ip}" } else { "{http.request.remote.host}" };
        let window = format!("{}s", limit.window_s());
        let zones = json!({ (zone): { "key": key, "window": window, "max_events": limit.requests() } });
        json!({ "handle": [{ "handler": "rate_limit", "rate_limits": zones }] })
    }
}

/// In place of what the instance says, and once.
fn headers(edge: &Edge) -> Option<Value> {
    let header = |(name, text): (&model::edge::HeaderName, &model::edge::HeaderText)| {
        (name.to_string(), json!([text]))
    };
    let set: Map<String, Value> = edge.response_headers.iter().map(header).collect();
    (!set.is_empty()).then(
        || json!({ "handle": [{ "handler": "headers", "response": { "deferred": true, "set": set } }] }),
    )
}

fn blocked(blocked: &[BlockedPath]) -> Option<Value> {
    let with_slash = |path: &BlockedPath| match path.as_str() {
        path if path.ends_with(['*', '/']) => vec![path.to_owned()],
        path => vec![path.to_owned(), format!("{path}/")],
    };
    let paths: Vec<String> = blocked.iter().flat_map(with_slash).collect();
    (!paths.is_empty())
        .then(|| json!({ "match": [{ "path": paths }], "handle": [pages::not_found()], "terminal": true }))
}

/// A declared size is refused before anything is sent on, because a proxied request that is cut off looks like a dead
/// instance to Caddy 2.6.
fn body(limit: u64) -> [Value; 2] {
    let declared = "{http.request.header.Content-Length}";
    [
        json!({
            "match": [{ "expression": format!("{declared} != \"\" && int({declared}) > {limit}") }],
            "handle": [pages::too_large(limit)],
            "terminal": true,
        }),
        json!({ "handle": [{ "handler": "request_body", "max_size": limit }] }),
    ]
}
