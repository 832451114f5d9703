//! How the two combine, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::Problem;

fn policy(draft: EdgeDraft) -> EdgePolicy {
    let mut errors = Vec::new();
    let policy = draft.check("edge", &mut errors);
    assert_eq!(errors, []);
    policy
}

fn networks(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn workflows_and_metrics_are_blocked_before_anybody_said_anything() {
    let edge = Edge::of(&FleetEdge::default().policy, &EdgePolicy::default());
    for path in ["/workflows", "/workflows/run/7", "/WORKFLOWS", "/metrics", "/metrics/", "/Metrics"] {
        assert!(edge.blocks(path), "{path}");
    }
    for path in ["/meta/metrics", "/metrics2", "/", "/graphql"] {
        assert!(!edge.blocks(path), "{path}");
    }
    assert_eq!((edge.max_body, edge.rate_limit), (MAX_BODY, None));
    assert_eq!(
        FleetEdgeDraft::default().validate().unwrap(),
        FleetEdge::default(),
        "also for who sends nothing"
    );
}

#[test]
fn a_project_narrows_and_never_widens_who_is_let_in() {
    let fleet = policy(EdgeDraft {
        allow: networks(&["10.0.0.0/8", "2001:db8::/32"]),
        deny: networks(&["10.9.0.0/16"]),
        ..EdgeDraft::default()
    });
    let project = policy(EdgeDraft {
        allow: networks(&["10.1.0.0/16", "10.9.0.0/16", "192.0.2.0/24"]),
        deny: networks(&["10.1.2.3"]),
        ..EdgeDraft::default()
    });
    let both = Edge::of(&fleet, &project);
    for (text, admitted) in [
        ("10.1.0.1", true),
        ("::ffff:10.1.0.1", true),
        ("10.1.2.3", false),
        ("10.9.0.1", false),
        ("10.2.0.1", false),
        ("192.0.2.1", false),
        ("2001:db8::1", false),
    ] {
        assert_eq!(both.admits(address(text)), admitted, "{text}");
    }
    let alone = Edge::of(&fleet, &EdgePolicy::default());
    assert!(alone.admits(address("2001:db8::1")) && !alone.admits(address("2001:db9::1")));
    assert!(Edge::of(&EdgePolicy::default(), &EdgePolicy::default()).admits(address("203.0.113.7")));
}

#[test]
fn of_sizes_limits_and_headers_the_projects_own_counts() {
    let says = |bytes: u64, requests: u32, value: &str| {
        policy(EdgeDraft {
            max_body: Some(bytes),
            rate_limit: Some(RateLimitDraft { requests, window_s: 60 }),
            response_headers: [("X-Frame-Options".to_owned(), value.to_owned())].into(),
            ..EdgeDraft::default()
        })
    };
    let (fleet, project) = (says(1000, 10, "DENY"), says(2000, 20, "SAMEORIGIN"));
    let both = Edge::of(&fleet, &project);
    let headers: Vec<(&str, &str)> =
        both.response_headers.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(both.max_body.bytes(), 2000);
    assert_eq!(both.rate_limit.map(RateLimit::requests), Some(20));
    assert_eq!(headers, [("x-frame-options", "SAMEORIGIN")]);
    assert_eq!(Edge::of(&fleet, &EdgePolicy::default()).max_body.bytes(), 1000);
}

/// A draft with a fault in every field.
fn all_wrong() -> FleetEdgeDraft {
    let headers = [("Set-Cookie", "a=b"), ("x y", "z"), ("x-home", "{env.HOME}"), ("x-lines", "a\nb")];
    FleetEdgeDraft {
        generation: None,
        policy: EdgeDraft {
            allow: networks(&["10.0.0.0/33", "10.1.2.3/8", "::ffff:10.0.0.0/104"]),
            deny: networks(&["here"]),
            max_body: Some(0),
            rate_limit: Some(RateLimitDraft { requests: 0, window_s: 60 }),
            blocked_paths: Some(networks(&["metrics", "/a*b", "/{env.HOME}", "/a/../b", "/%6Detrics"])),
            response_headers: headers.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        },
        trusted_proxies: networks(&["0.0.0.0/0"]),
    }
}

#[test]
fn every_wrong_field_is_told_with_what_is_accepted() {
    let Problem { errors, status, .. } = all_wrong().validate().unwrap_err();
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(status, 422);
    assert_eq!(
        fields,
        [
            "policy.allow.0",
            "policy.allow.1",
            "policy.allow.2",
            "policy.deny.0",
            "policy.max_body",
            "policy.rate_limit",
            "policy.blocked_paths.0",
            "policy.blocked_paths.1",
            "policy.blocked_paths.2",
            "policy.blocked_paths.3",
            "policy.blocked_paths.4",
            "policy.response_headers.Set-Cookie",
            "policy.response_headers.x y",
            "policy.response_headers.x-home",
            "policy.response_headers.x-lines",
            "trusted_proxies",
        ]
    );
    let message = &errors[1].message;
    assert!(message.contains("10.0.0.0/8") && message.contains("10.1.2.3 alone"), "{message}");
}

#[test]
fn an_address_alone_is_its_own_network_and_what_stands_twice_counts_once() {
    let policy =
        policy(EdgeDraft { deny: networks(&["203.0.113.7", " 203.0.113.7/32 "]), ..EdgeDraft::default() });
    assert_eq!(policy.deny.iter().map(ToString::to_string).collect::<Vec<_>>(), ["203.0.113.7/32"]);
}

proptest! {
    #[test]
    fn what_is_kept_is_what_would_be_typed(
        v4 in any::<u32>(), prefix in 0_u8..=32, body in proptest::option::of(1_u64..1 << 40), many in 1_u32..1_000_000,
        path in "/[a-z]{1,8}\\*?", value in "[!-z|~][ -z|~]{0,20}[!-z|~]",
    ) {
        let network = ipnet::Ipv4Net::new(v4.into(), prefix).unwrap().trunc().to_string();
        let draft = EdgeDraft {
            allow: vec![network.clone()],
            deny: vec![network],
            max_body: body,
            rate_limit: Some(RateLimitDraft { requests: many, window_s: 1 }),
            blocked_paths: Some(vec![path]),
            response_headers: [("x-a".to_owned(), value)].into(),
        };
        let kept = policy(draft.clone());
        prop_assert_eq!(EdgeDraft::from(&kept), draft);
        let json = serde_json::to_string(&kept).unwrap();
        prop_assert_eq!(serde_json::from_str::<EdgePolicy>(&json).unwrap(), kept);
    }

    #[test]
    fn no_text_that_is_accepted_can_be_read_as_a_placeholder(text in "\\PC{0,40}") {
        let braces = |text: &str| text.contains(['{', '}']);
        prop_assert!(!BlockedPath::try_from(text.clone()).is_ok_and(|path| braces(path.as_str())));
        prop_assert!(!HeaderText::try_from(text).is_ok_and(|value| braces(value.as_str())));
    }

    #[test]
    fn whoever_is_denied_by_either_is_denied_by_both(a in any::<u32>(), prefix in 8_u8..=32, client in any::<u32>()) {
        let network: Cidr = ipnet::Ipv4Net::new(a.into(), prefix).unwrap().trunc().to_string().parse().unwrap();
        let denies = EdgePolicy { deny: vec![network], ..EdgePolicy::default() };
        let client = IpAddr::from(std::net::Ipv4Addr::from(client));
        let expected = !network.contains(client);
        prop_assert_eq!(Edge::of(&denies, &EdgePolicy::default()).admits(client), expected);
        prop_assert_eq!(Edge::of(&EdgePolicy::default(), &denies).admits(client), expected);
    }
}
