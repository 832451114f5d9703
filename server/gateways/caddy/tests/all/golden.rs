//! The rendered configuration, byte for byte.

use std::collections::BTreeSet;
use std::time::Duration;

use control_plane::ports::gateway::{HeaderRouting, Route, RouteTable, RouteTarget};
use control_plane::testing::conformance::gateway::table;
use gateway_caddy::{
    Acme, AcmeRoots, CaddyFeatures, Issuer, OwnCertificate, OwnCertificates, RenderSettings,
};
use model::EdgePolicy;
use model::edge::{EdgeDraft, FleetEdgeDraft, RateLimitDraft};
use proptest::collection::vec;
use proptest::{prop_assert_eq, proptest};
use serde_json::Value;

const NEW: CaddyFeatures = CaddyFeatures { stream_close_delay: true, client_ip: true, rate_limit: false };
const OLD: CaddyFeatures = CaddyFeatures { stream_close_delay: false, client_ip: false, rate_limit: false };
const LIMITS: CaddyFeatures = CaddyFeatures { rate_limit: true, ..NEW };

/// Without certificates of the operator.
fn render(table: &RouteTable, settings: &RenderSettings, features: CaddyFeatures) -> Value {
    gateway_caddy::render(table, settings, features, &OwnCertificates::new())
}

fn settings(http: &str, https: &str) -> RenderSettings {
    RenderSettings::new(http.parse().unwrap(), https.parse().unwrap())
}

fn fleet() -> RouteTable {
    let mut table = table(&[
        ("acme-crm", "acme.example.test", &["crm.example.test"]),
        ("nameless", "", &[]),
        ("stopped", "stopped.example.test", &[]),
    ]);
    for (id, port) in [("acme-crm", 21_001), ("nameless", 21_003)] {
        let route = table.routes.get_mut(&id.parse().unwrap()).unwrap();
        route.target = RouteTarget::Upstream(([127, 0, 0, 1], port).into());
        route.hold = Duration::from_secs(5);
    }
    table.dashboard = Some(("fleet.example.test".parse().unwrap(), ([127, 0, 0, 1], 3000).into()));
    table
}

#[test]
fn a_fleet_on_a_laptop() {
    insta::assert_json_snapshot!(render(&fleet(), &settings("127.0.0.1:8080", "127.0.0.1:8443"), NEW));
}

#[test]
fn a_fleet_in_production() {
    let mut table = fleet();
    table.header = HeaderRouting::Off;
    let email = Some("ops@example.test".into());
    let acme = Acme { email, directory: Some("https://acme.example.test/directory".into()), roots: None };
    let issuer = Issuer::Acme(acme);
    insta::assert_json_snapshot!(render(
        &table,
        &RenderSettings { issuer, ..settings("[::]:80", "[::]:443") },
        OLD
    ));
}

/// What the fleet says, and what one project says beside it.
fn guarded() -> RouteTable {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut table = fleet();
    let draft = FleetEdgeDraft {
        generation: None,
        policy: EdgeDraft {
            allow: texts(&["10.0.0.0/8", "2001:db8::/32"]),
            response_headers: [("Referrer-Policy".into(), "no-referrer".into())].into(),
            rate_limit: Some(RateLimitDraft { requests: 600, window_s: 60 }),
            ..EdgeDraft::default()
        },
        trusted_proxies: texts(&["192.0.2.1"]),
    };
    table.edge = draft.validate().unwrap();
    let own = EdgeDraft {
        allow: texts(&["10.1.0.0/16"]),
        deny: texts(&["10.1.9.9"]),
        max_body: Some(1000),
        blocked_paths: Some(texts(&["/private*"])),
        ..EdgeDraft::default()
    };
    let mut errors = Vec::new();
    table.routes.get_mut(&"acme-crm".parse().unwrap()).unwrap().edge = own.check("edge", &mut errors);
    assert_eq!(errors, []);
    table
}

#[test]
fn policies_where_the_gateway_limits_and_knows_clients() {
    let rendered = render(&guarded(), &settings("127.0.0.1:8080", "127.0.0.1:8443"), LIMITS);
    insta::assert_json_snapshot!(rendered["apps"]["http"]["servers"]["atomo_https"]);
}

#[test]
fn policies_where_it_does_neither() {
    let rendered = render(&guarded(), &settings("127.0.0.1:8080", "127.0.0.1:8443"), OLD);
    insta::assert_json_snapshot!(rendered["apps"]["http"]["servers"]["atomo_https"]);
}

/// An authority of the operator's own, a gateway that ports are forwarded to, and a name with a certificate of its own.
#[test]
fn certificates_of_every_source() {
    let acme = Acme {
        email: None,
        directory: Some("https://ca.example.test/directory".into()),
        roots: Some(AcmeRoots { path: "/etc/ca/root.pem".into(), pem: String::new() }),
    };
    let settings = RenderSettings { issuer: Issuer::Acme(acme), ..settings("[::]:8080", "[::]:8443") };
    let own = OwnCertificate {
        certificate: "/certificates/crm.example.test.crt".into(),
        key: "/certificates/crm.example.test.key".into(),
        digest: "00ff".into(),
        leaf: vec![].into(),
    };
    let own = OwnCertificates::from([("crm.example.test".to_owned(), own)]);
    let rendered = gateway_caddy::render(&fleet(), &settings, NEW, &own);
    insta::assert_json_snapshot!(rendered["apps"]["tls"]);
}

#[test]
fn an_empty_fleet_has_no_policy_for_certificates() {
    insta::assert_json_snapshot!(render(
        &RouteTable::default(),
        &settings("127.0.0.1:8080", "127.0.0.1:8443"),
        NEW
    ));
}

#[test]
fn a_hostname_wins_over_another_projects_alias_and_the_dashboard_over_both() {
    let mut table = table(&[
        ("aaa", "fleet.example.test", &["shared.example.test", "aaa.example.test"]),
        ("bbb", "shared.example.test", &["aaa.example.test"]),
    ]);
    table.dashboard = Some(("fleet.example.test".parse().unwrap(), ([127, 0, 0, 1], 3000).into()));
    let rendered = render(&table, &settings("127.0.0.1:8080", "127.0.0.1:8443"), NEW);
    let routes = rendered["apps"]["http"]["servers"]["atomo_https"]["routes"].as_array().unwrap();
    let hosts =
        |id: &str| routes.iter().find(|route| route["@id"] == id).unwrap()["match"][0]["host"].clone();
    assert_eq!(hosts("atomo_route_aaa"), serde_json::json!(["aaa.example.test"]));
    assert_eq!(hosts("atomo_route_bbb"), serde_json::json!(["shared.example.test"]));
    let subjects = rendered["apps"]["tls"]["automation"]["policies"][0]["subjects"].as_array().unwrap();
    assert_eq!(subjects.len(), 3, "{subjects:?}");
}

#[test]
fn a_name_that_stands_twice_in_one_project_is_rendered_once() {
    let table = table(&[(
        "aaa",
        "a.example.test",
        &["b.example.test", "a.example.test", "b.example.test", "B.example.test"],
    )]);
    let rendered = render(&table, &settings("127.0.0.1:8080", "127.0.0.1:8443"), NEW);
    let once = serde_json::json!(["a.example.test", "b.example.test"]);
    let servers = &rendered["apps"]["http"]["servers"];
    for server in ["atomo_http", "atomo_https"] {
        let routes = servers[server]["routes"].as_array().unwrap();
        let hosts = routes.iter().flat_map(|route| route["match"].as_array().into_iter().flatten());
        let hosts: Vec<_> = hosts.filter_map(|matcher| matcher.get("host")).collect();
        assert_eq!(hosts, [&once], "{server}");
    }
    assert_eq!(rendered["apps"]["tls"]["certificates"]["automate"], once);
    assert_eq!(rendered["apps"]["tls"]["automation"]["policies"][0]["subjects"], once);
}

proptest! {
    /// Whatever a table says, a name leads to one route, once: hostnames before aliases, in the order of the projects.
    #[test]
    fn every_name_stands_in_one_route_and_once(
        projects in vec((0..6_usize, vec(0..6_usize, 0..5)), 1..5)
    ) {
        let name = |number: usize| format!("n{number}.example.test");
        let mut table = RouteTable::default();
        for (index, (host, aliases)) in projects.iter().enumerate() {
            let route = Route {
                hostname: Some(name(*host).parse().unwrap()),
                aliases: aliases.iter().map(|alias| name(*alias).parse().unwrap()).collect(),
                target: RouteTarget::Maintenance,
                hold: Duration::ZERO,
                edge: EdgePolicy::default(),
            };
            table.routes.insert(format!("project-{index}").parse().unwrap(), route);
        }
        let rendered = render(&table, &settings("127.0.0.1:8080", "127.0.0.1:8443"), NEW);
        let routes = rendered["apps"]["http"]["servers"]["atomo_https"]["routes"].as_array().unwrap();
        let mut served: Vec<&str> = routes
            .iter()
            .filter(|route| route["@id"].is_string())
            .flat_map(|route| route["match"][0]["host"].as_array().into_iter().flatten())
            .filter_map(serde_json::Value::as_str)
            .collect();
        served.sort_unstable();
        let wanted: BTreeSet<String> =
            projects.iter().flat_map(|(host, aliases)| [*host].into_iter().chain(aliases.clone())).map(name).collect();
        prop_assert_eq!(served, wanted.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn the_header_is_trusted_from_where_it_was_asked_for_and_only_for_hosts_that_are_nobodys() {
    let choice = |header| {
        let rendered =
            render(&RouteTable { header, ..fleet() }, &settings("127.0.0.1:8080", "127.0.0.1:8443"), NEW);
        let routes = rendered["apps"]["http"]["servers"]["atomo_https"]["routes"].as_array().unwrap();
        let route = routes.iter().find(|route| route["handle"][0]["handler"] == "vars").cloned();
        route.map(|route| route["match"][0].clone())
    };
    assert_eq!(choice(HeaderRouting::Off), None);
    let any = choice(HeaderRouting::Any).unwrap();
    assert_eq!(any["remote_ip"], serde_json::Value::Null);
    let names = ["fleet", "acme", "crm", "stopped"].map(|name| format!("{name}.example.test"));
    assert_eq!(any["not"], serde_json::json!([{ "host": names }]));
    let private = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    assert_eq!(choice(HeaderRouting::Private).unwrap()["remote_ip"]["ranges"], serde_json::json!(private));
}
