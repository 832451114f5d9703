//! The fields of an edge policy, shared by fleet and project.

use leptos::prelude::*;
use model::RateLimiter;
use model::edge::MAX_BODY;

use super::form::EdgeForm;
use crate::components::{Attempt, Input, TextField};

/// All fields. `name` is the prefix of the form names, `field` that of the fields in a problem.
#[component]
pub(super) fn PolicyFields(
    name: &'static str,
    field: &'static str,
    typed: EdgeForm,
    attempt: Attempt,
    /// Who enforces rate limits, if known.
    limiter: Option<RateLimiter>,
) -> impl IntoView {
    let named = move |part: &str| format!("{name}[{part}]");
    let fault = |part: &str| attempt.fault_in(&format!("{field}.{part}"));
    let max_body_hint = format!(
        "Bytes. Larger requests get 413. If neither fleet nor project sets a maximum, it is {} ({MAX_BODY}).",
        MAX_BODY.bytes()
    );
    view! {
        <div class="fields">
            <TextField id="allow" name=named("allow") label="Allowed networks (CIDR)" optional="optional, one a line" input=Input::Lines
                text=typed.allow fault=fault("allow") hint="Empty: every network is allowed."/>
            <TextField id="deny" name=named("deny") label="Denied networks (CIDR)" optional="optional, one a line" input=Input::Lines
                text=typed.deny fault=fault("deny") hint="Requests from them get 403. Denied networks take precedence over allowed networks."/>
        </div>
        <div class="fields">
            <TextField id="max_body" name=named("max_body") label="Maximum request body" optional="optional" input=Input::Code
                text=typed.max_body fault=fault("max_body") hint=max_body_hint/>
            <TextField id="requests" name=named("requests") label="Rate limit: requests" optional="optional" input=Input::Code
                text=typed.requests fault=fault("rate_limit") hint=limits(limiter)/>
            <TextField id="window_s" name=named("window_s") label="Rate limit: per (seconds)" optional="with the requests" input=Input::Code
                text=typed.window_s/>
        </div>
        <div class="fields">
            <TextField id="blocked_paths" name=named("blocked_paths") label="Blocked paths" optional="optional, one a line" input=Input::Lines
                text=typed.blocked_paths fault=fault("blocked_paths") hint="Requests to them get 404. A trailing * matches every path with this prefix."/>
            <TextField id="response_headers" name=named("response_headers") label="Response headers" optional="optional, Name: value, one a line"
                input=Input::Lines text=typed.response_headers fault=fault("response_headers")/>
        </div>
    }
    .into_any()
}

/// The hint of the rate limit fields: who enforces it and how.
pub(super) const fn limits(limiter: Option<RateLimiter>) -> &'static str {
    match limiter {
        Some(RateLimiter::Gateway) => {
            "Per client address; further requests get 429. The gateway counts all paths in a sliding window; each instance counts again. A changed limit replaces instances."
        }
        Some(RateLimiter::Instances) => {
            "Per client address; further requests get 429. This gateway has no rate limiter, so each instance counts for itself: in fixed windows, without /auth, /health and /ready, and from zero after a replacement. A changed limit replaces instances."
        }
        None => "Per client address; further requests get 429. A changed limit replaces instances.",
    }
}
