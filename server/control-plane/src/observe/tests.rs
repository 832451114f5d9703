//! The engine's own changes are newer than a read that began before.

use super::*;

fn databases(ids: &[&str]) -> Databases {
    let all =
        ids.iter().map(|id| (DatabaseName::main(id.parse().unwrap()), DatabaseReport::default())).collect();
    BTreeMap::from([(DatabaseServerName::default(), Observed::Present(all))])
}

/// Ends a read of databases and routes that began at `start`.
fn end_read(
    seen: &Observations,
    start: ReadStart,
    databases: Databases,
    routes: Observed<BTreeMap<ProjectId, RouteSeen>>,
) {
    for (server, databases) in databases {
        seen.end_databases(start, &server, databases);
    }
    seen.end_routes(start, routes);
}

fn shop() -> ProjectId {
    "shop".parse().unwrap()
}

#[test]
fn a_read_tells_what_it_saw() {
    let seen = Observations::default();
    assert!(seen.database(&shop(), DatabaseServerName::DEFAULT).is_unknown());
    end_read(&seen, seen.begin_read(), databases(&[]), Observed::Unknown);
    assert_eq!(seen.database(&shop(), DatabaseServerName::DEFAULT), Observed::Absent);
    assert!(seen.route(&shop()).is_unknown());
}

#[test]
fn a_read_that_began_before_a_database_was_made_does_not_hide_it() {
    let seen = Observations::default();
    end_read(&seen, seen.begin_read(), databases(&[]), Observed::Unknown);
    let start = seen.begin_read();
    seen.database_ensured(&shop(), &DatabaseServerName::default(), DatabaseOid::new(16_385), 7);
    end_read(&seen, start, databases(&[]), Observed::Unknown);
    assert!(seen.database(&shop(), DatabaseServerName::DEFAULT).present().is_some());
}

#[test]
fn a_read_that_began_before_routes_were_applied_does_not_hide_them() {
    let seen = Observations::default();
    let start = seen.begin_read();
    let route = RouteSeen { hosts: vec![], upstream: None, edge: None };
    seen.set_routes(Observed::Present(BTreeMap::from([(shop(), route.clone())])));
    end_read(&seen, start, databases(&[]), Observed::Present(BTreeMap::new()));
    assert_eq!(seen.route(&shop()), Observed::Present(route));
    end_read(&seen, seen.begin_read(), databases(&[]), Observed::Present(BTreeMap::new()));
    assert_eq!(seen.route(&shop()), Observed::Absent, "the next look counts again");
}

#[test]
fn another_s_route_stays_known_while_one_is_changed() {
    let seen = Observations::default();
    let route = RouteSeen { hosts: vec![], upstream: None, edge: None };
    let blog: ProjectId = "blog".parse().unwrap();
    let both = BTreeMap::from([(shop(), route.clone()), (blog.clone(), route.clone())]);
    seen.set_routes(Observed::Present(both.clone()));
    seen.begin_routes(BTreeSet::from([shop()]));
    assert!(seen.route(&shop()).is_unknown());
    assert_eq!(seen.route(&blog), Observed::Present(route.clone()));
    seen.set_routes(Observed::Present(both));
    assert_eq!(seen.route(&shop()), Observed::Present(route));
}

#[test]
fn a_database_of_the_same_name_on_another_server_is_another() {
    let seen = Observations::default();
    let mut all = databases(&["shop"]);
    all.insert("eu".parse().unwrap(), Observed::Present(BTreeMap::new()));
    end_read(&seen, seen.begin_read(), all, Observed::Unknown);
    assert!(seen.database(&shop(), DatabaseServerName::DEFAULT).present().is_some());
    assert_eq!(seen.database(&shop(), "eu"), Observed::Absent);
    assert!(
        seen.database(&shop(), "us").is_unknown(),
        "nobody knows what a server holds that is not configured"
    );
}

#[test]
fn the_limit_that_was_set_just_now_is_known() {
    let seen = Observations::default();
    end_read(&seen, seen.begin_read(), databases(&["shop"]), Observed::Unknown);
    seen.database_ensured(&shop(), &DatabaseServerName::default(), DatabaseOid::new(16_385), 12);
    assert_eq!(seen.database(&shop(), DatabaseServerName::DEFAULT).present().unwrap().facts.limit, Some(12));
}
