//! Edge policies: what the gateway admits and adds, set for the fleet and by a project.
//!
//! A project narrows the policy of the fleet and never widens it by accident ([`Edge::of`]):
//!
//! | policy | fleet and project combined |
//! |---|---|
//! | `allow` | an address must be in **both** lists; an empty list allows every address |
//! | `deny` | an address in **either** list is denied, whatever the allow lists say |
//! | `blocked_paths` | a path in **either** list answers 404 |
//! | `max_body`, `rate_limit` | the project's if it has one, else the fleet's |
//! | `response_headers` | both; for the same name the project's |

mod draft;
mod values;

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::patch::compare;
use crate::{ByteSize, FieldDifference};
pub use draft::{EdgeDraft, FleetEdgeDraft, RateLimitDraft};
pub use values::{BlockedPath, Cidr, HeaderName, HeaderText, RateLimit};

/// Maximum request body if neither fleet nor project set one.
pub const MAX_BODY: ByteSize = ByteSize::mib(100);

/// Paths that are not meant for the public, blocked unless the fleet's own list says otherwise: the workflows and
/// metrics of a release.
pub const BLOCKED_BY_DEFAULT: [&str; 2] = ["/workflows*", "/metrics"];

/// The edge policy of the fleet or of one project. Absent and empty fields are unset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EdgePolicy {
    /// Allowed networks; empty: every network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Cidr>,
    /// Denied networks; they get 403.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<Cidr>,
    /// Maximum request body; a larger one gets 413.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body: Option<ByteSize>,
    /// Rate limit per client address; further requests get 429.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Paths that answer 404.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked_paths: Vec<BlockedPath>,
    /// Headers of every response; they replace the project's own of the same name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_headers: BTreeMap<HeaderName, HeaderText>,
}

impl EdgePolicy {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The edge policy of the fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FleetEdge {
    /// The policy of every project.
    pub policy: EdgePolicy,
    /// Load balancers in front of the gateway. `X-Forwarded-For` is accepted only from them.
    #[serde(default)]
    pub trusted_proxies: Vec<Cidr>,
}

impl FleetEdge {
    /// Where this policy, which is about to replace `now`, differs from it, in the order of the fields' names.
    pub fn differences(&self, now: &Self) -> Vec<FieldDifference> {
        let Self { policy, trusted_proxies } = self;
        let mut found = Vec::new();
        compare(&mut found, "policy", &now.policy, Some(policy));
        compare(&mut found, "trusted_proxies", &now.trusted_proxies, Some(trusted_proxies));
        found.sort_by(|a, b| a.field.cmp(&b.field));
        found
    }
}

/// The policy of a new fleet.
impl Default for FleetEdge {
    fn default() -> Self {
        let blocked_paths = BLOCKED_BY_DEFAULT.iter().filter_map(|path| path.parse().ok()).collect();
        Self { policy: EdgePolicy { blocked_paths, ..EdgePolicy::default() }, trusted_proxies: Vec::new() }
    }
}

/// The effective policy of one project: the fleet's and its own combined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// An address must be in each of these lists.
    pub allow: Vec<Vec<Cidr>>,
    /// An address must be in none of these.
    pub deny: Vec<Cidr>,
    /// Maximum request body.
    pub max_body: ByteSize,
    /// Rate limit per client address.
    pub rate_limit: Option<RateLimit>,
    /// Paths that answer 404.
    pub blocked_paths: Vec<BlockedPath>,
    /// Headers of every response.
    pub response_headers: BTreeMap<HeaderName, HeaderText>,
}

impl Edge {
    /// Combines both, as in the table of this module.
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

    /// Whether an address is admitted.
    pub fn admits(&self, address: IpAddr) -> bool {
        let within = |list: &[Cidr]| list.iter().any(|network| network.contains(address));
        !within(&self.deny) && self.allow.iter().all(|list| within(list))
    }

    /// Whether a path, without its query, is blocked.
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
