//! What the public entrance lets in, and what it adds: said for the whole fleet and by a project.
//!
//! How the two combine ([`Edge::of`]) is decided so that a project can narrow what the fleet says and never widen it
//! by accident:
//!
//! | policy | the two together |
//! |---|---|
//! | `allow` | an address has to stand in **both** lists; an empty list lets everybody in |
//! | `deny` | an address that stands in **either** list is turned away, whatever the allow lists say |
//! | `blocked_paths` | a path that stands in **either** list is not there |
//! | `max_body`, `rate_limit` | the project's own, where it says one; else the fleet's |
//! | `response_headers` | both; of one name the project's |

mod draft;
mod values;

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::ByteSize;
pub use draft::{EdgeDraft, FleetEdgeDraft, RateLimitDraft};
pub use values::{BlockedPath, Cidr, HeaderName, HeaderText, RateLimit};

/// The largest request body where neither fleet nor project say one.
pub const MAX_BODY: ByteSize = ByteSize::mib(100);

/// Paths that nobody outside is meant to see, blocked unless the fleet's own list says otherwise: the server's workflows
/// and its figures.
pub const BLOCKED_BY_DEFAULT: [&str; 2] = ["/workflows*", "/metrics"];

/// What is said of the edge, by the fleet or by one project. What is absent or empty says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EdgePolicy {
    /// Networks that are let in; empty: everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Cidr>,
    /// Networks that are turned away with 403.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<Cidr>,
    /// The largest request body; more is 413.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body: Option<ByteSize>,
    /// How many requests an address may send; more is 429.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Paths that answer 404.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked_paths: Vec<BlockedPath>,
    /// Headers of every answer, in place of the project's own of the same name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_headers: BTreeMap<HeaderName, HeaderText>,
}

impl EdgePolicy {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is said for the whole fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FleetEdge {
    /// The policies of every project.
    pub policy: EdgePolicy,
    /// Load balancers in front of the gateway: only from there `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<Cidr>,
}

/// What holds before anybody said anything.
impl Default for FleetEdge {
    fn default() -> Self {
        let blocked_paths = BLOCKED_BY_DEFAULT.iter().filter_map(|path| path.parse().ok()).collect();
        Self { policy: EdgePolicy { blocked_paths, ..EdgePolicy::default() }, trusted_proxies: Vec::new() }
    }
}

/// What holds for one project: the fleet's policy and its own together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// An address has to stand in each of these.
    pub allow: Vec<Vec<Cidr>>,
    /// An address may stand in none of these.
    pub deny: Vec<Cidr>,
    /// The largest request body.
    pub max_body: ByteSize,
    /// How many requests an address may send.
    pub rate_limit: Option<RateLimit>,
    /// Paths that are not there.
    pub blocked_paths: Vec<BlockedPath>,
    /// Headers of every answer.
    pub response_headers: BTreeMap<HeaderName, HeaderText>,
}

impl Edge {
    /// The two together, as this module's table says.
    pub fn of(fleet: &EdgePolicy, project: &EdgePolicy) -> Self {
        let lists = [&fleet.allow, &project.allow].into_iter().filter(|list| !list.is_empty());
        let headers = fleet.response_headers.iter().chain(&project.response_headers);
        Self {
            allow: lists.cloned().collect(),
            deny: once_each(fleet.deny.iter().chain(&project.deny)),
            max_body: project.max_body.or(fleet.max_body).unwrap_or(MAX_BODY),
            rate_limit: project.rate_limit.or(fleet.rate_limit),
            blocked_paths: once_each(fleet.blocked_paths.iter().chain(&project.blocked_paths)),
            response_headers: headers.map(|(name, text)| (name.clone(), text.clone())).collect(),
        }
    }

    /// Whether an address is let in.
    pub fn admits(&self, address: IpAddr) -> bool {
        let within = |list: &[Cidr]| list.iter().any(|network| network.contains(address));
        !within(&self.deny) && self.allow.iter().all(|list| within(list))
    }

    /// Whether a path, without its query, is not there.
    pub fn blocks(&self, path: &str) -> bool {
        self.blocked_paths.iter().any(|blocked| blocked.covers(path))
    }
}

fn once_each<'a, T: Clone + PartialEq + 'a>(all: impl Iterator<Item = &'a T>) -> Vec<T> {
    all.fold(Vec::new(), |mut seen, next| {
        if !seen.contains(next) {
            seen.push(next.clone());
        }
        seen
    })
}

#[cfg(test)]
mod tests;
