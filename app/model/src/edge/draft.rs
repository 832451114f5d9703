//! Edge policies as typed, and their validation.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{BlockedPath, Cidr, EdgePolicy, FleetEdge, HeaderName, HeaderText, RateLimit};
use crate::{ByteSize, FieldError, Invalid, Problem};

/// Maximum number of networks, paths or headers in one list.
const MOST: usize = 500;

/// An edge policy as typed. Absent fields are unset; absent `blocked_paths` of the fleet are the default ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct EdgeDraft {
    /// Allowed networks; see [`Cidr`].
    pub allow: Vec<String>,
    /// Denied networks; see [`Cidr`].
    pub deny: Vec<String>,
    /// Maximum request body in bytes.
    pub max_body: Option<u64>,
    /// See [`RateLimit`].
    pub rate_limit: Option<RateLimitDraft>,
    /// See [`BlockedPath`].
    pub blocked_paths: Option<Vec<String>>,
    /// Name and value; see [`HeaderName`] and [`HeaderText`].
    pub response_headers: BTreeMap<String, String>,
}

/// A rate limit as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RateLimitDraft {
    /// Number of requests.
    pub requests: u32,
    /// Length of the window in seconds.
    pub window_s: u32,
}

impl TryFrom<RateLimitDraft> for RateLimit {
    type Error = Invalid;
    fn try_from(draft: RateLimitDraft) -> Result<Self, Self::Error> {
        Self::new(draft.requests, draft.window_s)
    }
}

/// The edge policy of the fleet as typed; it replaces the present one as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct FleetEdgeDraft {
    /// The generation of the policy that the draft was made from (`edge_generation` of `GET /gateway`). The draft is refused
    /// when the policy was changed since. Over HTTP the header `If-Match: "<generation>"` says the same.
    #[serde(deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
    /// The policy of every project.
    pub policy: EdgeDraft,
    /// Load balancers in front of the gateway; see [`Cidr`].
    pub trusted_proxies: Vec<String>,
}

impl EdgeDraft {
    /// The valid policy. Errors are added below `field`, such as `edge.deny.0`.
    pub fn check(self, field: &str, errors: &mut Vec<FieldError>) -> EdgePolicy {
        EdgePolicy {
            allow: list(&self.allow, &format!("{field}.allow"), errors),
            deny: list(&self.deny, &format!("{field}.deny"), errors),
            max_body: self.max_body.and_then(|bytes| {
                FieldError::collect(errors, &format!("{field}.max_body"), check_body(bytes))
            }),
            rate_limit: self.rate_limit.and_then(|draft| {
                FieldError::collect(errors, &format!("{field}.rate_limit"), RateLimit::try_from(draft))
            }),
            blocked_paths: list::<BlockedPath>(
                &self.blocked_paths.unwrap_or_default(),
                &format!("{field}.blocked_paths"),
                errors,
            ),
            response_headers: headers(self.response_headers, &format!("{field}.response_headers"), errors),
        }
    }
}

impl FleetEdgeDraft {
    /// The valid policy, or all field errors.
    pub fn validate(mut self) -> Result<FleetEdge, Problem> {
        let mut errors = Vec::new();
        if self.policy.blocked_paths.is_none() {
            self.policy.blocked_paths = Some(super::BLOCKED_BY_DEFAULT.map(str::to_owned).to_vec());
        }
        let policy = self.policy.check("policy", &mut errors);
        let trusted_proxies = list::<Cidr>(&self.trusted_proxies, "trusted_proxies", &mut errors);
        if trusted_proxies.iter().any(|network| network.to_string().ends_with("/0")) {
            let fault =
                Invalid::new("This trusts every client to name its own address.", "your load balancers");
            errors.push(FieldError::new("trusted_proxies", fault));
        }
        if errors.is_empty() {
            Ok(FleetEdge { policy, trusted_proxies })
        } else {
            Err(Problem::invalid(errors))
        }
    }
}

/// The present policy as a draft.
impl From<&EdgePolicy> for EdgeDraft {
    fn from(policy: &EdgePolicy) -> Self {
        let texts = |networks: &[Cidr]| networks.iter().map(ToString::to_string).collect();
        let header = |(name, text): (&HeaderName, &HeaderText)| (name.to_string(), text.to_string());
        Self {
            allow: texts(&policy.allow),
            deny: texts(&policy.deny),
            max_body: policy.max_body.map(ByteSize::bytes),
            rate_limit: policy
                .rate_limit
                .map(|limit| RateLimitDraft { requests: limit.requests(), window_s: limit.window_s() }),
            blocked_paths: Some(policy.blocked_paths.iter().map(ToString::to_string).collect()),
            response_headers: policy.response_headers.iter().map(header).collect(),
        }
    }
}

impl From<&FleetEdge> for FleetEdgeDraft {
    fn from(edge: &FleetEdge) -> Self {
        let trusted_proxies = edge.trusted_proxies.iter().map(ToString::to_string).collect();
        Self { generation: None, policy: (&edge.policy).into(), trusted_proxies }
    }
}

fn check_body(bytes: u64) -> Result<ByteSize, Invalid> {
    const MOST_BYTES: u64 = 1 << 40;
    if (1..=MOST_BYTES).contains(&bytes) {
        Ok(ByteSize::new(bytes))
    } else {
        Err(Invalid::new(format!("{bytes} bytes is out of range."), "1 byte to 1,099,511,627,776 (1 TiB)"))
    }
}

/// The values without duplicates.
fn list<T: FromStr<Err = Invalid> + Ord + Clone>(
    texts: &[String],
    field: &str,
    errors: &mut Vec<FieldError>,
) -> Vec<T> {
    too_many(texts.len(), field, errors);
    let (mut seen, mut values) = (BTreeSet::new(), Vec::with_capacity(texts.len()));
    for (index, text) in texts.iter().enumerate().take(MOST) {
        if let Some(value) = FieldError::collect(errors, &format!("{field}.{index}"), text.parse::<T>())
            && seen.insert(value.clone())
        {
            values.push(value);
        }
    }
    values
}

fn headers(
    drafts: BTreeMap<String, String>,
    field: &str,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<HeaderName, HeaderText> {
    too_many(drafts.len(), field, errors);
    let mut headers = BTreeMap::new();
    for (name, text) in drafts.into_iter().take(MOST) {
        let field = format!("{field}.{name}");
        let name = FieldError::collect(errors, &field, HeaderName::try_from(name));
        let text = FieldError::collect(errors, &field, HeaderText::try_from(text));
        if let (Some(name), Some(text)) = (name, text)
            && headers.insert(name.clone(), text).is_some()
        {
            let fault = Invalid::new(format!("{name} is listed twice."), "each name once");
            errors.push(FieldError::new(field, fault));
        }
    }
    headers
}

fn too_many(count: usize, field: &str, errors: &mut Vec<FieldError>) {
    if count > MOST {
        errors.push(FieldError::new(field, Invalid::new(format!("{count} is too many."), "500 at most")));
    }
}
