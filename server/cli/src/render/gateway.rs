//! The gateway, its edge policy, its certificates.

use model::edge::{Cidr, EdgePolicy, RateLimit};
use model::{Certificate, FleetEdge, GatewayView, Observed, PartState, RateLimiter};
use time::OffsetDateTime;

use super::words::{ago, until};
use super::{facts, table};

/// The whole view.
pub fn page(view: &GatewayView, now: OffsetDateTime) -> String {
    let state = match &view.part.state {
        PartState::Up => "\u{2713} up".to_owned(),
        PartState::Unknown => "? unknown".to_owned(),
        PartState::Away { reason, since } => format!("x away since {}: {reason}", ago(*since, now)),
    };
    let head = facts([
        ("Gateway", Some(view.part.name.clone())),
        ("State", Some(state)),
        ("Rates", Some(limiter(view.rate_limiter).to_owned())),
        ("Port", Some(format!("{} for https", view.https_port))),
    ]);
    let mut sections = vec![head];
    if !view.part.missing.is_empty() {
        let rows = view.part.missing.iter().map(|lack| [lack.clone()]);
        sections.push(table(["WHAT IT LACKS"], rows, "") + "\n");
    }
    sections.push(fleet_edge(&view.edge) + "\n");
    let rows = view.certificates.iter().map(|certificate| row(certificate, now));
    let empty = "No certificate was checked yet.";
    sections.push(table(["HOSTNAME", "PROJECT", "CERTIFICATE", "ENDS", "SIGNED BY", ""], rows, empty));
    let faults = view.certificates.iter().filter_map(|one| Some([one.host.to_string(), one.fault.clone()?]));
    let faults: Vec<[String; 2]> = faults.collect();
    if !faults.is_empty() {
        sections.push(format!("\n{}", table(["HOSTNAME", "FAULT"], faults, "")));
    }
    sections.join("\n")
}

const fn limiter(limiter: Option<RateLimiter>) -> &'static str {
    match limiter {
        Some(RateLimiter::Gateway) => "limited by the gateway, and by each instance again",
        Some(RateLimiter::Instances) => {
            "limited by each instance: in windows that refill at once, and /auth is not counted"
        }
        None => "not known",
    }
}

fn row(certificate: &Certificate, now: OffsetDateTime) -> [String; 6] {
    let project = certificate.project_id.as_ref().map_or_else(|| "the dashboard".into(), ToString::to_string);
    let (ends, issuer) = match &certificate.seen {
        Observed::Present(seen) if seen.not_after > now => (until(seen.not_after, now), seen.issuer.clone()),
        Observed::Present(seen) => (format!("ended {}", ago(seen.not_after, now)), seen.issuer.clone()),
        Observed::Absent => ("none".into(), "-".into()),
        Observed::Unknown => ("not known".into(), "-".into()),
    };
    let alert = if certificate.alert { "! action needed" } else { "" };
    [certificate.host.to_string(), project, certificate.source.to_string(), ends, issuer, alert.into()]
}

/// The edge policy of the fleet.
pub fn fleet_edge(edge: &FleetEdge) -> String {
    let trusted = (!edge.trusted_proxies.is_empty()).then(|| networks(&edge.trusted_proxies));
    let trusted = facts([("Trusted", trusted)]);
    format!("{}{trusted}", policy(&edge.policy))
}

/// A policy.
pub fn policy(policy: &EdgePolicy) -> String {
    if policy.is_empty() {
        return "No policy.\n".into();
    }
    let headers: Vec<String> =
        policy.response_headers.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    let paths: Vec<&str> = policy.blocked_paths.iter().map(AsRef::as_ref).collect();
    facts([
        ("Allowed", (!policy.allow.is_empty()).then(|| networks(&policy.allow))),
        ("Denied", (!policy.deny.is_empty()).then(|| networks(&policy.deny))),
        ("Bodies", policy.max_body.map(|size| format!("at most {} bytes", size.bytes()))),
        ("Rate", policy.rate_limit.as_ref().map(RateLimit::to_string)),
        ("Blocked", (!paths.is_empty()).then(|| paths.join(", "))),
        ("Headers", (!headers.is_empty()).then(|| headers.join("; "))),
    ])
}

fn networks(networks: &[Cidr]) -> String {
    networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
