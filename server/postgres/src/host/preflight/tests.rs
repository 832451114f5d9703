//! What is said of a role, by what it has.

use super::*;

fn delegate(version: i32) -> Facts {
    Facts {
        product: "PostgreSQL".into(),
        version,
        max_connections: 100,
        reserved: 3,
        role: "fleet".into(),
        createdb: true,
        createrole: true,
        inherit: true,
        bypassrls: true,
        connection_limit: -1,
        ..Facts::default()
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn of(facts: &Facts, weight: Weight) -> Vec<MissingGrant> {
    facts.missing_grants(Tenancy::Shared).into_iter().filter(|grant| grant.weight == weight).collect()
}

fn sql(missing_grants: &[MissingGrant]) -> Vec<&str> {
    missing_grants.iter().filter_map(|grant| grant.sql.as_deref()).collect()
}

#[test]
fn a_superuser_lacks_nothing() {
    let mut facts = Facts { superuser: true, ..delegate(150_000) };
    assert_eq!(facts.missing_grants(Tenancy::Shared), []);
    facts.open = names(&["postgres", "template1"]);
    assert_eq!(facts.missing_grants(Tenancy::Exclusive), [], "they are closed with the first project");
}

#[test]
fn each_attribute_that_is_missing_is_named_with_its_grant() {
    let facts = Facts { createdb: false, createrole: false, inherit: false, ..delegate(150_000) };
    let missing = of(&facts, Weight::Missing);
    assert_eq!(
        sql(&missing),
        [
            "alter role \"fleet\" createdb;",
            "alter role \"fleet\" createrole;",
            "alter role \"fleet\" inherit;"
        ]
    );
    assert!(missing[0].text.contains("no CREATEDB: projects' databases cannot be made"), "{missing:?}");
    assert_eq!(of(&delegate(150_000), Weight::Missing), []);
}

#[test]
fn roles_that_somebody_else_made_matter_from_16_on() {
    let with = |version| Facts { unadministered: names(&["proj_shop", "proj_a\"b"]), ..delegate(version) };
    assert_eq!(of(&with(150_000), Weight::Missing), []);
    assert_eq!(
        sql(&of(&with(160_000), Weight::Missing)),
        ["grant \"proj_shop\" to \"fleet\" with admin true, inherit true, set true;\n\
          grant \"proj_a\"\"b\" to \"fleet\" with admin true, inherit true, set true;"]
    );
}

#[test]
fn what_is_lost_without_superuser_is_said() {
    let facts = Facts { bypassrls: false, connection_limit: 5, ..delegate(180_000) };
    let lost = of(&facts, Weight::Lost);
    assert!(lost[0].text.contains("is no superuser") && lost[0].sql.is_none(), "{lost:?}");
    assert_eq!(sql(&lost), ["alter role \"fleet\" bypassrls;", "alter role \"fleet\" connection limit -1;"]);
    assert_eq!(of(&delegate(180_000), Weight::Lost).len(), 1);
}

#[test]
fn open_databases_are_asked_for_on_a_shared_server_only() {
    let open = names(&["accounting", "postgres", "template1"]);
    let facts = Facts { open, ..delegate(150_000) };
    let asked = of(&facts, Weight::Asked);
    assert_eq!(
        sql(&asked),
        [
            "revoke connect on database \"postgres\" from public;\nrevoke connect on database \"template1\" from public;",
            "revoke connect on database \"accounting\" from public;"
        ]
    );
    let exclusive = facts.missing_grants(Tenancy::Exclusive);
    let missing: Vec<_> = exclusive.iter().filter(|grant| grant.weight == Weight::Missing).collect();
    assert_eq!(missing.len(), 1, "a role that may not own them is told: {exclusive:?}");
}

#[test]
fn many_names_are_counted() {
    let all: Vec<String> = (0..8).map(|number| format!("proj_p-{number}")).collect();
    assert_eq!(some(&all), "proj_p-0, proj_p-1, proj_p-2, proj_p-3, proj_p-4 and 3 more");
}
