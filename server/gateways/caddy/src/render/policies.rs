//! Renders an [`Edge`]: checks before a request is forwarded, and headers of its response.
//!
//! The fleet's policy is rendered once, before the projects without a policy of their own. A project with one has its
//! effective policy in its own route, before that.

use control_plane::ports::gateway::RouteTable;
use model::edge::{BlockedPath, Cidr, RateLimit};
use model::{Edge, EdgePolicy};
use serde_json::{Map, Value, json};

use super::pages;
use crate::features::CaddyFeatures;

/// Inputs of the rendered policies.
#[derive(Clone, Copy)]
pub(super) struct Policies<'a> {
    table: &'a RouteTable,
    features: CaddyFeatures,
}

impl<'a> Policies<'a> {
    pub(super) const fn new(table: &'a RouteTable, features: CaddyFeatures) -> Self {
        Self { table, features }
    }

    /// Whether the client address is taken from the header of trusted proxies.
    pub(super) fn trusts(self) -> bool {
        self.features.client_ip && !self.table.edge.trusted_proxies.is_empty()
    }

    /// The matcher of the client address.
    pub(super) fn client(self) -> &'static str {
        if self.trusts() { "client_ip" } else { "remote_ip" }
    }

    /// Whether a project's route contains its policy itself. A rate limit counts by project.
    pub(super) fn is_own(self, own: &EdgePolicy) -> bool {
        let limits = self.features.rate_limit && self.table.edge.policy.rate_limit.is_some();
        limits || !own.is_empty()
    }

    /// The policy of projects without one of their own.
    pub(super) fn of_all(self) -> Vec<Value> {
        self.routes(&Edge::of(&self.table.edge.policy, &EdgePolicy::default()), None)
    }

    /// The effective policy of a project. `zone` is the name under which its requests are counted.
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

    /// 403 for denied addresses, and for addresses that are missing in an allow list.
    fn turned_away(self, edge: &Edge) -> Option<Value> {
        let matcher = |networks: &[Cidr]| json!({ (self.client()): { "ranges": networks } });
        let denied = (!edge.deny.is_empty()).then(|| matcher(&edge.deny));
        let strangers = edge.allow.iter().map(|list| json!({ "not": [matcher(list)] }));
        let matchers: Vec<Value> = denied.into_iter().chain(strangers).collect();
        (!matchers.is_empty())
            .then(|| json!({ "match": matchers, "handle": [pages::forbidden()], "terminal": true }))
    }

    /// 429, by the rate limit handler.
    fn limited(self, limit: RateLimit, zone: &str) -> Value {
        let key = if self.trusts() { "{http.vars.client_ip}" } else { "{http.request.remote.host}" };
        let window = format!("{}s", limit.window_s());
        let zones = json!({ (zone): { "key": key, "window": window, "max_events": limit.requests() } });
        json!({ "handle": [{ "handler": "rate_limit", "rate_limits": zones }] })
    }
}

/// Replaces the instance's headers of the same name.
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

/// Rejects by declared size before the request is forwarded: to Caddy 2.6 a proxied request that is cut off looks like
/// a dead instance.
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
