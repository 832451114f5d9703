//! What may be said of the edge, as typed. What is accepted is for the server to say.

use clap::Args;
use model::ProjectId;
use model::edge::{EdgeDraft, RateLimitDraft};

use super::{Follow, valid};

/// Changes of a policy; without any it is shown. A list that is named replaces the one that is kept.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct EdgeArgs {
    /// Let in only this network; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub allow: Vec<String>,
    /// Let everybody in
    #[arg(long, conflicts_with = "allow")]
    pub no_allow: bool,
    /// Turn this network away with 403; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub deny: Vec<String>,
    /// Turn nobody away
    #[arg(long, conflicts_with = "deny")]
    pub no_deny: bool,
    /// The largest request body
    #[arg(long, value_name = "BYTES")]
    pub max_body: Option<u64>,
    /// Say nothing of the size of bodies
    #[arg(long, conflicts_with = "max_body")]
    pub no_max_body: bool,
    /// How many requests an address may send: 600/60 is 600 in 60 s
    #[arg(long, value_name = "REQUESTS/SECONDS", value_parser = limit)]
    pub rate_limit: Option<RateLimitDraft>,
    /// Say nothing of rates
    #[arg(long, conflicts_with = "rate_limit")]
    pub no_rate_limit: bool,
    /// Answer 404 to this path, or to all that begins with it when it ends with *; may be repeated
    #[arg(long = "block", value_name = "PATH")]
    pub blocked: Vec<String>,
    /// Block no path
    #[arg(long, conflicts_with = "blocked")]
    pub no_block: bool,
    /// Add this header to every answer; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub headers: Vec<(String, String)>,
    /// Add no headers
    #[arg(long, conflicts_with = "headers")]
    pub no_headers: bool,
}

/// The edge of the whole fleet.
#[derive(Debug, Clone, Default, Args)]
pub struct FleetEdgeArgs {
    /// Its policies
    #[command(flatten)]
    pub policy: EdgeArgs,
    /// Believe X-Forwarded-For from this load balancer; may be repeated
    #[arg(long = "trust", value_name = "CIDR")]
    pub trusted: Vec<String>,
    /// Believe it from nobody
    #[arg(long, conflicts_with = "trusted")]
    pub no_trust: bool,
}

/// The edge of a project.
#[derive(Debug, Clone, Args)]
pub struct ProjectEdgeArgs {
    /// Its id
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// Its policies
    #[command(flatten)]
    pub policy: EdgeArgs,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

impl EdgeArgs {
    /// What is kept, with what was typed; `None` when nothing was.
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

/// A list that was typed, or the empty one that was asked for.
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
    parts.ok_or_else(|| "This is no limit. Accepted: REQUESTS/SECONDS, such as 600/60.".into())
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("There is no : in it. Accepted: NAME: VALUE.")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
