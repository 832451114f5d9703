//! Edge policies on the command line. The server validates them.

use clap::Args;
use model::ProjectId;
use model::edge::{EdgeDraft, RateLimitDraft};

use super::{Follow, valid};

/// Changes of a policy; without any, the policy is shown. A given list replaces the present one.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct EdgeArgs {
    /// Allow only this network (CIDR); may be repeated
    #[arg(long, value_name = "CIDR")]
    pub allow: Vec<String>,
    /// Allow every network
    #[arg(long, conflicts_with = "allow")]
    pub no_allow: bool,
    /// Deny this network with 403 (CIDR); may be repeated
    #[arg(long, value_name = "CIDR")]
    pub deny: Vec<String>,
    /// Deny no network
    #[arg(long, conflicts_with = "deny")]
    pub no_deny: bool,
    /// The maximum request body in bytes
    #[arg(long, value_name = "BYTES")]
    pub max_body: Option<u64>,
    /// Remove the limit of request bodies
    #[arg(long, conflicts_with = "max_body")]
    pub no_max_body: bool,
    /// Requests per client address and seconds: 600/60 is 600 requests in 60 s
    #[arg(long, value_name = "REQUESTS/SECONDS", value_parser = limit)]
    pub rate_limit: Option<RateLimitDraft>,
    /// Remove the rate limit
    #[arg(long, conflicts_with = "rate_limit")]
    pub no_rate_limit: bool,
    /// Answer 404 to this path; a trailing * matches every path with this prefix; may be repeated
    #[arg(long = "block", value_name = "PATH")]
    pub blocked: Vec<String>,
    /// Block no path
    #[arg(long, conflicts_with = "blocked")]
    pub no_block: bool,
    /// Add this header to every response; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub headers: Vec<(String, String)>,
    /// Remove all response headers
    #[arg(long, conflicts_with = "headers")]
    pub no_headers: bool,
}

/// The edge policy of the fleet.
#[derive(Debug, Clone, Default, Args)]
pub struct FleetEdgeArgs {
    /// The policy
    #[command(flatten)]
    pub policy: EdgeArgs,
    /// Trust X-Forwarded-For of this load balancer; may be repeated
    #[arg(long = "trust", value_name = "CIDR")]
    pub trusted: Vec<String>,
    /// Trust no proxy
    #[arg(long, conflicts_with = "trusted")]
    pub no_trust: bool,
}

/// The edge policy of a project.
#[derive(Debug, Clone, Args)]
pub struct ProjectEdgeArgs {
    /// The project
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// The policy
    #[command(flatten)]
    pub policy: EdgeArgs,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

impl EdgeArgs {
    /// The present policy with the given changes; `None` if no change was given.
    pub fn over(self, kept: EdgeDraft) -> Option<EdgeDraft> {
        let says_nothing = self.no_max_body || self.no_rate_limit;
        let is_figure = says_nothing || self.max_body.is_some() || self.rate_limit.is_some();
        let allow = list(self.allow, self.no_allow);
        let deny = list(self.deny, self.no_deny);
        let blocked = list(self.blocked, self.no_block);
        let headers =
            (self.no_headers || !self.headers.is_empty()).then(|| self.headers.into_iter().collect());
        let is_list = allow.is_some() || deny.is_some() || blocked.is_some() || headers.is_some();
        (is_figure || is_list).then(|| EdgeDraft {
            allow: allow.unwrap_or(kept.allow),
            deny: deny.unwrap_or(kept.deny),
            max_body: self.max_body.or(kept.max_body).filter(|_| !self.no_max_body),
            rate_limit: self.rate_limit.or(kept.rate_limit).filter(|_| !self.no_rate_limit),
            blocked_paths: blocked.or(kept.blocked_paths),
            response_headers: headers.unwrap_or(kept.response_headers),
        })
    }
}

/// The given list, or an empty one for the `--no-...` flag; `None` if neither was given.
pub fn list(typed: Vec<String>, none: bool) -> Option<Vec<String>> {
    (none || !typed.is_empty()).then_some(typed)
}

fn limit(text: &str) -> Result<RateLimitDraft, String> {
    let parts = text.split_once('/').and_then(|(requests, window)| {
        Some(RateLimitDraft {
            requests: requests.trim().parse().ok()?,
            window_s: window.trim().parse().ok()?,
        })
    });
    parts.ok_or_else(|| "This is not a rate limit. Accepted: REQUESTS/SECONDS, such as 600/60.".into())
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("There is no : in it. Accepted: NAME: VALUE.")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
