//! What is written is what is wanted, and nothing of others is lost.

use control_plane::ports::gateway::{RouteTable, RouteTarget};
use control_plane::testing::conformance::gateway::table;
use serde_json::json;

use super::*;
use crate::features::CaddyFeatures;
use crate::own::OwnCertificates;
use crate::render::{Cache, rendered};
use crate::settings::RenderSettings;

fn settings() -> RenderSettings {
    RenderSettings::new("127.0.0.1:8080".parse().unwrap(), "127.0.0.1:8443".parse().unwrap())
}

fn render(table: &RouteTable, cache: &mut Cache) -> Rendered {
    rendered(table, &settings(), CaddyFeatures::default(), &OwnCertificates::new(), cache)
}

fn fleet(port: u16) -> RouteTable {
    let mut table = table(&[("acme", "acme.example.test", &["a.example.test"]), ("blog", "", &[])]);
    for route in table.routes.values_mut() {
        route.target = RouteTarget::Upstream(([127, 0, 0, 1], port).into());
    }
    table
}

#[test]
fn what_was_rendered_before_is_the_same_as_what_is_rendered_anew() {
    let mut cache = Cache::default();
    render(&fleet(21_000), &mut cache);
    let mut changed = fleet(21_000);
    changed.routes.values_mut().next().unwrap().target = RouteTarget::Maintenance;
    for table in [changed, fleet(22_000), table(&[("blog", "acme.example.test", &[])]), fleet(21_000)] {
        let kept = Wanted::of(&Value::Null, &render(&table, &mut cache));
        let anew = Wanted::of(&Value::Null, &render(&table, &mut Cache::default()));
        assert_eq!(kept.whole, anew.whole);
    }
}

#[test]
fn only_a_changed_route_is_rendered() {
    let mut cache = Cache::default();
    let before = render(&fleet(21_000), &mut cache);
    let mut changed = fleet(21_000);
    changed.routes.values_mut().next().unwrap().target = RouteTarget::Maintenance;
    let after = render(&changed, &mut cache);
    let same = before.https.iter().zip(&after.https);
    let same =
        same.filter(|(one, other)| one.project.is_some() && std::sync::Arc::ptr_eq(&one.text, &other.text));
    assert_eq!(same.count(), 1, "the other project's text is the very one of before");
}

#[test]
fn what_is_read_back_of_a_table_is_what_was_rendered() {
    let rendered = render(&fleet(21_000), &mut Cache::default());
    let wanted = Wanted::of(&Value::Null, &rendered);
    let live = Live::parse("1".into(), wanted.whole.clone()).unwrap();
    assert_eq!(live.routes, rendered.seen);
    assert!(live.serves(&wanted) && live.is("1", &wanted.whole));
    let expected = Live::expected("1", &wanted.whole, &wanted, &rendered).unwrap();
    assert_eq!((expected.rest, expected.routes), (live.rest, live.routes));
}

#[test]
fn another_way_of_writing_it_is_no_difference_and_another_server_stays() {
    let theirs = json!({
        "admin": { "listen": "127.0.0.1:2019" },
        "apps": { "http": { "servers": { "theirs": { "listen": [":81"], "routes": [{ "a": 1.5 }] } } } },
    });
    let rendered = render(&fleet(21_000), &mut Cache::default());
    let wanted = Wanted::of(&theirs, &rendered);
    let value: Value = serde_json::from_slice(&wanted.whole).unwrap();
    assert_eq!(value["apps"]["http"]["servers"]["theirs"], theirs["apps"]["http"]["servers"]["theirs"]);
    assert_eq!(value["admin"], theirs["admin"]);
    let spaced = Bytes::from(serde_json::to_vec_pretty(&value).unwrap());
    let live = Live::parse("1".into(), spaced).unwrap();
    assert!(live.serves(&wanted), "white space matters to nobody");
    let other = Wanted::of(&live.rest, &render(&fleet(22_000), &mut Cache::default()));
    assert!(!live.serves(&other), "another address does");
}
