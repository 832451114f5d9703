//! Whose request goes where.

use super::{Ask, GatewayFixture, applied, asked, by, got, is_maintenance, serving, table};
use crate::ports::gateway::HeaderRouting;

const TWO: [(&str, &str, &[&str]); 2] = [
    ("acme-crm", "acme.example.test", &["crm.example.test", "old.example.test"]),
    ("blog", "blog.example.test", &[]),
];

pub(super) async fn hostnames_and_aliases_lead_to_their_project(fixture: &impl GatewayFixture) {
    applied(fixture, &serving(fixture, table(&TWO)).await).await;
    for (host, project) in [
        ("acme.example.test", "acme-crm"),
        ("crm.example.test", "acme-crm"),
        ("old.example.test", "acme-crm"),
        ("blog.example.test", "blog"),
        ("BLOG.example.test", "blog"),
    ] {
        let answer = asked(fixture, Ask::https(host, "/a?b=c")).await;
        assert_eq!((answer.status, by(&answer)), (200, project), "{host}");
    }
}

pub(super) async fn the_header_never_overrides_a_name(fixture: &impl GatewayFixture) {
    let mut table = serving(fixture, table(&TWO)).await;
    table.header = HeaderRouting::Any;
    applied(fixture, &table).await;
    for host in ["acme.example.test", "crm.example.test"] {
        let answer = asked(fixture, Ask::https(host, "/").with("X-Atomo-Project", "blog")).await;
        assert_eq!(by(&answer), "acme-crm", "{host}");
        let answer = asked(fixture, Ask::http(host, "/").with("X-Atomo-Project", "blog")).await;
        assert_eq!(answer.status, 308, "{host}");
    }
}

pub(super) async fn the_header_counts_for_unknown_hosts(fixture: &impl GatewayFixture) {
    for header in [HeaderRouting::Private, HeaderRouting::Any] {
        let mut table = serving(fixture, table(&[TWO[0], ("nameless", "", &[])])).await;
        table.header = header;
        applied(fixture, &table).await;
        for (host, project) in
            [("localhost", "nameless"), ("127.0.0.1", "acme-crm"), ("what.example.test", "nameless")]
        {
            let answer = asked(fixture, Ask::http(host, "/").with("X-Atomo-Project", project)).await;
            assert_eq!((answer.status, by(&answer)), (200, project), "{host} {header:?}");
        }
        let answer = asked(fixture, Ask::http("localhost", "/").with("X-Atomo-Project", "nobody")).await;
        assert_eq!(answer.status, 404);
    }
}

pub(super) async fn the_header_counts_for_nothing_when_off(fixture: &impl GatewayFixture) {
    let mut table = serving(fixture, table(&TWO)).await;
    table.header = HeaderRouting::Off;
    applied(fixture, &table).await;
    let answer = asked(fixture, Ask::http("localhost", "/").with("X-Atomo-Project", "blog")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(by(&asked(fixture, Ask::https("blog.example.test", "/")).await), "blog");
}

pub(super) async fn http_of_a_known_name_is_redirected(fixture: &impl GatewayFixture) {
    applied(fixture, &serving(fixture, table(&TWO)).await).await;
    for host in ["acme.example.test", "old.example.test"] {
        let answer = asked(fixture, Ask::http(host, "/a/b?c=d")).await;
        assert_eq!(answer.status, 308);
        let location = &answer.headers["location"];
        assert!(
            location.starts_with(&format!("https://{host}:")) && location.ends_with("/a/b?c=d"),
            "{location}"
        );
    }
}

pub(super) async fn what_is_unknown_gets_nothing(fixture: &impl GatewayFixture) {
    applied(fixture, &serving(fixture, table(&TWO)).await).await;
    let answer = asked(fixture, Ask::http("unknown.example.test", "/")).await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("Nothing here"), "{}", answer.body);
    asked(fixture, Ask::https("blog.example.test", "/")).await;
    let handshake =
        fixture.ask(Ask::https("unknown.example.test", "/").with("X-Atomo-Project", "blog")).await;
    assert!(handshake.is_err(), "an unknown name has no certificate: {handshake:?}");
}

pub(super) async fn blocked_paths_are_not_there(fixture: &impl GatewayFixture) {
    applied(fixture, &serving(fixture, table(&TWO)).await).await;
    for path in ["/metrics", "/metrics/", "/metrics?a=b", "/workflows", "/workflows/run/7"] {
        let answer = asked(fixture, Ask::https("blog.example.test", path)).await;
        assert_eq!(answer.status, 404, "{path}");
        let answer = asked(fixture, Ask::http("localhost", path).with("X-Atomo-Project", "blog")).await;
        assert_eq!(answer.status, 404, "{path} by header");
    }
    let answer = asked(fixture, Ask::https("blog.example.test", "/meta/metrics")).await;
    assert_eq!(by(&answer), "blog");
}

pub(super) async fn a_request_has_one_id_everywhere(fixture: &impl GatewayFixture) {
    let mut table = serving(fixture, table(&TWO)).await;
    applied(fixture, &table).await;
    let given = asked(fixture, Ask::https("blog.example.test", "/").with("X-Request-ID", "given-1")).await;
    assert_eq!(
        (got(&given, "x-request-id").as_str(), given.headers["x-request-id"].as_str()),
        ("given-1", "given-1")
    );

    let made = [
        asked(fixture, Ask::https("blog.example.test", "/")).await,
        asked(fixture, Ask::http("localhost", "/").with("X-Atomo-Project", "blog")).await,
    ];
    for answer in &made {
        assert_eq!(got(answer, "x-request-id"), answer.headers["x-request-id"]);
        assert!(answer.headers["x-request-id"].len() >= 16);
    }
    assert_ne!(made[0].headers["x-request-id"], made[1].headers["x-request-id"]);

    for route in table.routes.values_mut() {
        route.target = crate::ports::gateway::RouteTarget::Maintenance;
    }
    applied(fixture, &table).await;
    let page = asked(fixture, Ask::https("blog.example.test", "/").with("X-Request-ID", "given-2")).await;
    assert!(is_maintenance(&page), "{page:?}");
    assert_eq!(page.headers["x-request-id"], "given-2");
}

pub(super) async fn an_instance_is_not_lied_to(fixture: &impl GatewayFixture) {
    applied(fixture, &serving(fixture, table(&TWO)).await).await;
    let lies = [
        ("X-Atomo-Project", "blog"),
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-Prefix", "/203.0.113.9"),
        ("X-Real-IP", "203.0.113.9"),
        ("Forwarded", "for=203.0.113.9"),
    ];
    let ask = |ask: Ask| {
        lies.iter().fold(ask, |ask, (name, value)| ask.with(name, value)).with("X-Tenant-ID", "t1")
    };
    for ask in [ask(Ask::https("blog.example.test", "/")), ask(Ask::http("localhost", "/"))] {
        let answer = asked(fixture, ask).await;
        assert_eq!(by(&answer), "blog");
        assert_eq!(got(&answer, "x-atomo-project"), "");
        assert_eq!(got(&answer, "x-forwarded-for"), "127.0.0.1");
        assert!(!answer.body.contains("203.0.113.9"), "{}", answer.body);
        assert_eq!(got(&answer, "x-tenant-id"), "t1");
    }
}
