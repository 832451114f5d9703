//! An edge policy as typed: every field is a text, lists have one entry a line.

use std::collections::BTreeMap;

use model::edge::{EdgeDraft, RateLimitDraft};
use model::{EdgePolicy, FieldError, FleetEdge, FleetEdgeDraft, Invalid, Problem, ProjectPatch};
use serde::{Deserialize, Serialize};

/// The policy of the fleet or of a project. Form names are `form[allow]` and so on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EdgeForm {
    /// One network a line.
    pub(crate) allow: String,
    /// One network a line.
    pub(crate) deny: String,
    /// Bytes; empty: unset.
    pub(crate) max_body: String,
    /// Empty: unset, together with the seconds.
    pub(crate) requests: String,
    pub(crate) window_s: String,
    /// One path a line.
    pub(crate) blocked_paths: String,
    /// `Name: value`, one a line.
    pub(crate) response_headers: String,
}

/// The policy of the fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FleetForm {
    pub(crate) policy: EdgeForm,
    /// One network a line.
    pub(crate) trusted_proxies: String,
}

impl EdgeForm {
    pub(super) fn of(policy: &EdgePolicy) -> Self {
        let (limit, draft) = (policy.rate_limit, EdgeDraft::from(policy));
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let header = |(name, value): (&String, &String)| format!("{name}: {value}");
        Self {
            allow: draft.allow.join("\n"),
            deny: draft.deny.join("\n"),
            max_body: draft.max_body.map(|bytes| bytes.to_string()).unwrap_or_default(),
            requests: number(limit.map(model::edge::RateLimit::requests)),
            window_s: number(limit.map(model::edge::RateLimit::window_s)),
            blocked_paths: draft.blocked_paths.unwrap_or_default().join("\n"),
            response_headers: draft.response_headers.iter().map(header).collect::<Vec<_>>().join("\n"),
        }
    }

    /// The draft. Texts that cannot be parsed are added to `errors`, below `field`.
    fn read(&self, field: &str, errors: &mut Vec<FieldError>) -> EdgeDraft {
        let max_body = number(&self.max_body, &format!("{field}.max_body"), "a number of bytes", errors);
        let limit = format!("{field}.rate_limit");
        let requests = number(&self.requests, &limit, "a number of requests", errors);
        let window_s = number(&self.window_s, &limit, "a number of seconds", errors);
        let rate_limit = match (requests, window_s) {
            (Some(requests), Some(window_s)) => Some(RateLimitDraft { requests, window_s }),
            (None, None) => None,
            _ if errors.iter().any(|error| error.field == limit) => None,
            _ => {
                let fault = Invalid::new("One of the two is missing.", "requests and seconds, or neither");
                errors.push(FieldError::new(limit, fault));
                None
            }
        };
        EdgeDraft {
            allow: lines(&self.allow),
            deny: lines(&self.deny),
            max_body,
            rate_limit,
            blocked_paths: Some(lines(&self.blocked_paths)),
            response_headers: headers(&self.response_headers, &format!("{field}.response_headers"), errors),
        }
    }

    /// The patch for a project, or the field errors.
    pub(super) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let mut errors = Vec::new();
        let edge = Some(self.read("edge", &mut errors));
        if errors.is_empty() {
            Ok(ProjectPatch { edge, ..ProjectPatch::default() })
        } else {
            Err(Problem::invalid(errors))
        }
    }
}

impl FleetForm {
    pub(super) fn of(edge: &FleetEdge) -> Self {
        let proxies = edge.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>();
        Self { policy: EdgeForm::of(&edge.policy), trusted_proxies: proxies.join("\n") }
    }

    /// The draft, or the field errors.
    pub(super) fn draft(&self) -> Result<FleetEdgeDraft, Problem> {
        let mut errors = Vec::new();
        let policy = self.policy.read("policy", &mut errors);
        let trusted_proxies = lines(&self.trusted_proxies);
        if errors.is_empty() {
            Ok(FleetEdgeDraft { generation: None, policy, trusted_proxies })
        } else {
            Err(Problem::invalid(errors))
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn number<T: std::str::FromStr>(
    text: &str,
    field: &str,
    accepted: &'static str,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let number = text.parse().map_err(|_| Invalid::new(format!("\"{text}\" is not accepted."), accepted));
    FieldError::collect(errors, field, number)
}

fn headers(text: &str, field: &str, errors: &mut Vec<FieldError>) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for line in lines(text) {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.trim().to_owned(), value.trim().to_owned());
        } else {
            let fault = Invalid::new(format!("\"{line}\" has no colon."), "Name: value, one a line");
            errors.push(FieldError::new(format!("{field}.{line}"), fault));
        }
    }
    headers
}

#[cfg(test)]
mod tests;
