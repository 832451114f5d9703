//! The rendered configuration, byte for byte.

use std::time::Duration;

use control_plane::ports::gateway::{HeaderRouting, RouteTable, Target};
use control_plane::testing::conformance::gateway::table;
use gateway_caddy::{CaddyFeatures, Issuer, RenderSettings, render};

const NEW: CaddyFeatures = CaddyFeatures { stream_close_delay: true };
const OLD: CaddyFeatures = CaddyFeatures { stream_close_delay: false };

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
        route.target = Target::Upstream(([127, 0, 0, 1], port).into());
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
    let issuer = Issuer::Acme { email, directory: Some("https://acme.example.test/directory".into()) };
    insta::assert_json_snapshot!(render(
        &table,
        &RenderSettings { issuer, ..settings("[::]:80", "[::]:443") },
        OLD
    ));
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
