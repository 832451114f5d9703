//! Who is set aside, and who is tried again.

use super::*;
use crate::ports::gateway::RouteTarget;
use crate::testing::conformance::gateway::table;

fn id(text: &str) -> ProjectId {
    text.parse().unwrap()
}

fn refusal(of: &str) -> GatewayError {
    GatewayError::Rejected { project: Some(id(of)), reason: "no".into() }
}

fn fleet() -> RouteTable {
    table(&[("foo", "foo.example.test", &[]), ("inno", "inno.example.test", &[])])
}

/// A memory in which the route of `foo` was refused, which was not served before.
fn remembering() -> Refusals {
    let (mut refusals, mut rejected) = (Refusals::default(), Rejections::new());
    refusals.note(&refusal("foo"), &mut fleet(), &BTreeMap::new(), &mut rejected).unwrap();
    assert!(rejected.contains_key(&id("foo")));
    refusals
}

#[test]
fn a_refused_route_stays_out_of_every_later_table_while_it_is_the_same() {
    let mut refusals = remembering();
    for _ in 0..3 {
        let mut table = fleet();
        let rejected = refusals.set_aside(&mut table, &BTreeMap::new(), &BTreeSet::new());
        assert_eq!(rejected.keys().collect::<Vec<_>>(), [&id("foo")], "its project is told each time");
        assert_eq!(
            table.routes.keys().collect::<Vec<_>>(),
            [&id("inno")],
            "the other is not kept from its own"
        );
    }
}

#[test]
fn another_route_or_a_project_that_insists_is_tried() {
    let mut changed = fleet();
    changed.routes.get_mut(&id("foo")).unwrap().target =
        RouteTarget::Upstream(([127, 0, 0, 1], 21_000).into());
    for (mut table, insisting) in [(changed, BTreeSet::new()), (fleet(), BTreeSet::from([id("foo")]))] {
        let before = table.clone();
        let rejected = remembering().set_aside(&mut table, &BTreeMap::new(), &insisting);
        assert!(rejected.is_empty() && table == before, "{table:?}");
    }
}

#[test]
fn what_was_served_stays_unless_its_name_is_given_away() {
    let mut former = fleet().routes;
    former.get_mut(&id("foo")).unwrap().hostname = Some("old.example.test".parse().unwrap());
    let mut table = fleet();
    remembering().set_aside(&mut table, &former, &BTreeSet::new());
    assert_eq!(table.routes[&id("foo")], former[&id("foo")]);

    former.get_mut(&id("foo")).unwrap().hostname = Some("inno.example.test".parse().unwrap());
    let mut table = fleet();
    remembering().set_aside(&mut table, &former, &BTreeSet::new());
    assert!(!table.routes.contains_key(&id("foo")), "the name is another's");
}

#[test]
fn what_is_refused_again_in_its_former_shape_goes() {
    let (mut refusals, mut rejected, mut table) = (Refusals::default(), Rejections::new(), fleet());
    let mut former = fleet().routes;
    former.get_mut(&id("foo")).unwrap().hostname = Some("old.example.test".parse().unwrap());
    refusals.note(&refusal("foo"), &mut table, &former, &mut rejected).unwrap();
    assert!(table.routes.contains_key(&id("foo")), "first it gets what it had");
    refusals.note(&refusal("foo"), &mut table, &former, &mut rejected).unwrap();
    assert!(!table.routes.contains_key(&id("foo")), "which was no better");
    let whole = GatewayError::Rejected { project: None, reason: "no".into() };
    assert_eq!(
        refusals.note(&whole, &mut table, &former, &mut rejected),
        None,
        "nobody's fault in particular"
    );
}
