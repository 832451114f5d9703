//! What the engine did itself is newer than a look that began before.

use super::*;

fn databases(ids: &[&str]) -> Observed<BTreeMap<ProjectId, DatabaseSeen>> {
    Observed::Present(ids.iter().map(|id| (id.parse().unwrap(), DatabaseSeen::default())).collect())
}

fn shop() -> ProjectId {
    "shop".parse().unwrap()
}

#[test]
fn a_look_tells_what_it_saw() {
    let seen = Observations::default();
    assert!(seen.database(&shop()).is_unknown());
    seen.end_look(seen.begin_look(), databases(&[]), Observed::Unknown);
    assert_eq!(seen.database(&shop()), Observed::Absent);
    assert!(seen.route(&shop()).is_unknown());
}

#[test]
fn a_look_that_began_before_a_database_was_made_does_not_hide_it() {
    let seen = Observations::default();
    seen.end_look(seen.begin_look(), databases(&[]), Observed::Unknown);
    let look = seen.begin_look();
    seen.database_made(&shop());
    seen.end_look(look, databases(&[]), Observed::Unknown);
    assert!(seen.database(&shop()).present().is_some());
}

#[test]
fn a_look_that_began_before_routes_were_applied_does_not_hide_them() {
    let seen = Observations::default();
    let look = seen.begin_look();
    let route = RouteSeen { hosts: vec![], upstream: None };
    seen.set_routes(Observed::Present(BTreeMap::from([(shop(), route.clone())])));
    seen.end_look(look, databases(&[]), Observed::Present(BTreeMap::new()));
    assert_eq!(seen.route(&shop()), Observed::Present(route));
    seen.end_look(seen.begin_look(), databases(&[]), Observed::Present(BTreeMap::new()));
    assert_eq!(seen.route(&shop()), Observed::Absent, "the next look counts again");
}

#[test]
fn another_s_route_stays_known_while_one_is_changed() {
    let seen = Observations::default();
    let route = RouteSeen { hosts: vec![], upstream: None };
    let blog: ProjectId = "blog".parse().unwrap();
    let both = BTreeMap::from([(shop(), route.clone()), (blog.clone(), route.clone())]);
    seen.set_routes(Observed::Present(both.clone()));
    seen.begin_routes(BTreeSet::from([shop()]));
    assert!(seen.route(&shop()).is_unknown());
    assert_eq!(seen.route(&blog), Observed::Present(route.clone()));
    seen.set_routes(Observed::Present(both));
    assert_eq!(seen.route(&shop()), Observed::Present(route));
}
