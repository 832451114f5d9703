//! The fields of an edge policy, shared by fleet and project.

use leptos::prelude::*;
use model::{FieldError, RateLimiter};

use super::form::EdgeForm;
use crate::components::{Attempt, Input, TextField};

/// The first error of a list or map; its fields are `edge.deny.0` and so on.
pub(super) fn fault_in(attempt: &Attempt, field: String) -> Signal<Option<FieldError>> {
    let (problem, below) = (attempt.problem, format!("{field}."));
    Signal::derive(move || {
        let is_it = |error: &&FieldError| error.field == field || error.field.starts_with(&below);
        problem.with(|problem| problem.as_ref()?.errors.iter().find(is_it).cloned())
    })
}

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
    let fault = |part: &str| fault_in(&attempt, format!("{field}.{part}"));
    view! {
        <div class="fields">
            <TextField id="allow" name=named("allow") label="Allowed networks (CIDR)" optional="optional, one a line" input=Input::Lines
                text=RwSignal::new(typed.allow) fault=fault("allow") hint="Empty: every network is allowed.".to_owned()/>
            <TextField id="deny" name=named("deny") label="Denied networks (CIDR)" optional="optional, one a line" input=Input::Lines
                text=RwSignal::new(typed.deny) fault=fault("deny") hint="They get 403. Denied takes precedence over allowed.".to_owned()/>
        </div>
        <div class="fields">
            <TextField id="max_body" name=named("max_body") label="Maximum request body in bytes" optional="optional" input=Input::Code
                text=RwSignal::new(typed.max_body) fault=fault("max_body")/>
            <TextField id="requests" name=named("requests") label="Rate limit: requests" optional="optional" input=Input::Code
                text=RwSignal::new(typed.requests) fault=fault("rate_limit") hint=limits(limiter).to_owned()/>
            <TextField id="window_s" name=named("window_s") label="Rate limit: seconds" optional="with the requests" input=Input::Code
                text=RwSignal::new(typed.window_s)/>
        </div>
        <div class="fields">
            <TextField id="blocked_paths" name=named("blocked_paths") label="Blocked paths" optional="optional, one a line" input=Input::Lines
                text=RwSignal::new(typed.blocked_paths) fault=fault("blocked_paths") hint="They answer 404. A trailing * matches every path with this prefix.".to_owned()/>
            <TextField id="response_headers" name=named("response_headers") label="Response headers" optional="optional, Name: value, one a line"
                input=Input::Lines text=RwSignal::new(typed.response_headers) fault=fault("response_headers")/>
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
