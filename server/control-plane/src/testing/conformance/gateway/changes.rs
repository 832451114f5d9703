//! What a change does and what it may not disturb.

use std::time::Duration;

use model::state::RouteSeen;
use model::{EdgePolicy, Observed};
use tokio::time::Instant;

use super::{ANSWER, Ask, GatewayFixture, applied, asked, by, is_maintenance, name, project, serving, table};
use crate::ports::gateway::{Applied, GatewayError, HeaderRouting, RouteTable, RouteTarget};

const ACME: (&str, &str, &[&str]) = ("acme-crm", "acme.example.test", &["crm.example.test"]);
const BLOG: (&str, &str, &[&str]) = ("blog", "blog.example.test", &[]);

pub(super) async fn an_equal_table_is_not_applied_again(fixture: &impl GatewayFixture) {
    let gateway = fixture.gateway();
    let empty = RouteTable::default();
    gateway.apply(&empty).await.unwrap();
    assert_eq!(gateway.apply(&empty).await.unwrap().applied, Applied::Unchanged);
    let table = serving(fixture, table(&[ACME, BLOG])).await;
    assert_eq!(gateway.apply(&table).await.unwrap().applied, Applied::Changed);
    assert_eq!(gateway.apply(&table).await.unwrap().applied, Applied::Unchanged);
    assert_eq!(gateway.apply(&empty).await.unwrap().applied, Applied::Changed);
    assert_eq!(gateway.apply(&empty).await.unwrap().applied, Applied::Unchanged);
}

pub(super) async fn read_back_is_what_was_applied(fixture: &impl GatewayFixture) {
    let gateway = fixture.gateway();
    assert_eq!(gateway.read_back().await.unwrap(), [].into(), "nothing was ever applied");
    let mut served = serving(fixture, table(&[ACME, ("nameless", "", &[])])).await;
    served.routes.extend(table(&[BLOG]).routes);
    served.routes.entry(project("blog")).and_modify(|route| {
        route.edge.deny = vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        route.edge.response_headers = [("x-a".parse().unwrap(), "b \"c\" 'd' \\e".parse().unwrap())].into();
    });
    applied(fixture, &served).await;
    let upstream = |id: &str| match served.routes[&project(id)].target {
        RouteTarget::Upstream(address) => Some(address.to_string()),
        RouteTarget::Maintenance => None,
    };
    let hosts = |hosts: &[&str]| hosts.iter().copied().map(name).collect();
    let acme = RouteSeen {
        hosts: hosts(&["acme.example.test", "crm.example.test"]),
        upstream: upstream("acme-crm"),
        edge: Some(EdgePolicy::default()),
    };
    let policy = served.routes[&project("blog")].edge.clone();
    let blog = RouteSeen { hosts: hosts(&["blog.example.test"]), upstream: None, edge: Some(policy) };
    let none = Some(EdgePolicy::default());
    let nameless = RouteSeen { hosts: Vec::new(), upstream: upstream("nameless"), edge: none };
    let mut expected = [("acme-crm", acme), ("blog", blog), ("nameless", nameless)]
        .map(|(id, seen)| (project(id), seen))
        .into();
    assert_eq!(gateway.read_back().await.unwrap(), expected);

    served.header = HeaderRouting::Off;
    applied(fixture, &served).await;
    expected.remove(&project("nameless"));
    assert_eq!(
        gateway.read_back().await.unwrap(),
        expected,
        "what no name and no header reaches is not served"
    );
}

pub(super) async fn a_rejected_table_leaves_the_old_one_serving(fixture: &impl GatewayFixture) {
    let gateway = fixture.gateway();
    let good = serving(fixture, table(&[ACME, BLOG])).await;
    applied(fixture, &good).await;
    let before = gateway.read_back().await.unwrap();
    let mut bad = serving(fixture, table(&[ACME, BLOG])).await;
    bad.routes.entry(project("blog")).and_modify(|route| route.hold = Duration::MAX);
    match gateway.apply(&bad).await {
        Err(GatewayError::Rejected { project: at_fault, reason }) => {
            assert_eq!(at_fault, Some(project("blog")), "{reason}");
            assert!(!reason.is_empty());
        }
        other => panic!("a hold that no clock counts is refused: {other:?}"),
    }
    assert_eq!(gateway.read_back().await.unwrap(), before);
    assert_eq!(by(&asked(fixture, Ask::https("blog.example.test", "/")).await), "blog");
    assert_eq!(gateway.apply(&good).await.unwrap().applied, Applied::Unchanged);
}

pub(super) async fn a_removed_project_has_no_route(fixture: &impl GatewayFixture) {
    let mut table = serving(fixture, table(&[ACME, BLOG])).await;
    applied(fixture, &table).await;
    asked(fixture, Ask::https("blog.example.test", "/")).await;
    table.routes.remove(&project("blog"));
    applied(fixture, &table).await;
    assert!(!fixture.gateway().read_back().await.unwrap().contains_key(&project("blog")));
    assert_eq!(asked(fixture, Ask::http("blog.example.test", "/")).await.status, 404);
    let by_header = Ask::http("localhost", "/").with("X-Atomo-Project", "blog");
    assert_eq!(asked(fixture, by_header).await.status, 404);
    assert_eq!(by(&asked(fixture, Ask::https("acme.example.test", "/")).await), "acme-crm");
}

pub(super) async fn a_declared_stop_shows_the_maintenance_page(fixture: &impl GatewayFixture) {
    applied(fixture, &table(&[ACME])).await;
    let by_header = Ask::http("localhost", "/").with("X-Atomo-Project", "acme-crm");
    for ask in [Ask::https("acme.example.test", "/x"), by_header] {
        let answer = asked(fixture, ask).await;
        assert!(is_maintenance(&answer), "{answer:?}");
    }
}

pub(super) async fn a_request_is_held_until_the_instance_listens(fixture: &impl GatewayFixture) {
    let mut table = serving(fixture, table(&[ACME])).await;
    applied(fixture, &table).await;
    asked(fixture, Ask::https("acme.example.test", "/")).await;
    let next = fixture.fresh_address().await;
    table.routes.entry(project("acme-crm")).and_modify(|route| route.target = RouteTarget::Upstream(next));
    applied(fixture, &table).await;

    let started = Instant::now();
    let starting = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        fixture.listen(next, "the next instance").await;
    };
    let (answer, ()) = tokio::join!(asked(fixture, Ask::https("acme.example.test", "/")), starting);
    assert_eq!((answer.status, by(&answer)), (200, "the next instance"));
    assert!(started.elapsed() >= Duration::from_millis(700));
}

pub(super) async fn a_hold_ends_with_the_maintenance_page(fixture: &impl GatewayFixture) {
    let hold = Duration::from_millis(600);
    let mut table = table(&[ACME]);
    let nobody = fixture.fresh_address().await;
    table.routes.entry(project("acme-crm")).and_modify(|route| {
        route.target = RouteTarget::Upstream(nobody);
        route.hold = hold;
    });
    applied(fixture, &table).await;
    let started = Instant::now();
    let answer = asked(fixture, Ask::https("acme.example.test", "/")).await;
    assert!(is_maintenance(&answer), "{answer:?}");
    assert!(started.elapsed() >= hold.mul_f32(0.8), "it was held for {:?} only", started.elapsed());
}

pub(super) async fn foreign_configuration_is_left_alone(fixture: &impl GatewayFixture) {
    fixture.plant_foreign().await;
    assert!(fixture.foreign_is_intact().await, "the fixture's own planting");
    let full = serving(fixture, table(&[ACME, BLOG])).await;
    for table in [&full, &table(&[BLOG]), &RouteTable::default(), &full] {
        applied(fixture, table).await;
        assert!(fixture.foreign_is_intact().await, "after {table:?}");
    }
}

pub(super) async fn reach_and_certificate_tell_what_a_client_would_see(fixture: &impl GatewayFixture) {
    let gateway = fixture.gateway();
    applied(fixture, &serving(fixture, table(&[ACME])).await).await;
    asked(fixture, Ask::https("acme.example.test", "/")).await;
    let id = project("acme-crm");
    let host = name("acme.example.test");
    let reached = gateway.reach(&id, Some(&host), "/ready", ANSWER).await.unwrap();
    assert_eq!(reached.status, 200);
    assert!(
        reached.url.starts_with("https://acme.example.test:") && reached.url.ends_with("/ready"),
        "{reached:?}"
    );
    assert_eq!(gateway.reach(&id, None, "/ready", ANSWER).await.unwrap().status, 200);
    assert_eq!(gateway.reach(&project("unknown"), None, "/ready", ANSWER).await.unwrap().status, 404);
    let certificate = gateway.certificate(&host).await.seen;
    let certificate = certificate.present().unwrap_or_else(|| panic!("a client got one: {certificate:?}"));
    assert!(certificate.not_before < certificate.not_after && !certificate.issuer.is_empty());

    let stranger = name("stranger.example.test");
    assert_eq!(gateway.certificate(&stranger).await.seen, Observed::Absent);
    let refused = gateway.reach(&id, Some(&stranger), "/ready", ANSWER).await;
    assert!(matches!(refused, Err(GatewayError::Unreachable { .. })), "{refused:?}");
}
