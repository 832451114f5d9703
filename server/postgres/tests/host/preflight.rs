//! What is said of our role is so on a real server, and the SQL that is said ends it: on every major version here.

use control_plane::ports::postgres_host::PostgresHost as _;
use model::{MissingGrant, Weight};
use postgres_host::{Host, Tenancy};
use sqlx::Executor as _;

use crate::support::{Admin, World, connect, spec, worlds};

/// What is said of the role now.
async fn missing_grants(world: &World, weight: Weight) -> Vec<MissingGrant> {
    let host = Host::new(world.admin.clone(), Tenancy::Shared);
    let info = host.probe().await.unwrap();
    info.missing_grants.into_iter().filter(|grant| grant.weight == weight).collect()
}

/// A superuser says what was said.
async fn say(world: &World, missing_grants: &[MissingGrant]) {
    let mut superuser = world.superuser("postgres").await;
    for sql in missing_grants.iter().filter_map(|grant| grant.sql.as_deref()) {
        superuser.execute(sql).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_says_what_it_has_to_give() {
    for world in worlds(Admin::Delegate).await {
        world.project("acme-crm").await;
        let info = world.host.probe().await.unwrap();
        assert_eq!((info.max_connections, info.reserved, info.role.as_str()), (500, 3, "fleet"));
        assert!(!info.superuser && info.acts == 18 && info.in_use >= 1, "{info:?}");
        let limit = world.host.databases().await.unwrap()[&spec("acme-crm").name].facts.limit;
        assert_eq!(limit, Some(5));
        let mut superuser = world.superuser("postgres").await;
        superuser.execute(r#"alter role "proj_acme-crm" connection limit -1"#).await.unwrap();
        let limit = world.host.databases().await.unwrap()[&spec("acme-crm").name].facts.limit;
        assert_eq!(limit, Some(u32::MAX), "no limit is the largest one");
    }
}

#[tokio::test]
async fn a_superuser_lacks_nothing() {
    for world in worlds(Admin::Superuser).await {
        world.project("acme-crm").await;
        let info = world.host.probe().await.unwrap();
        assert!(info.superuser, "{info:?}");
        assert_eq!(info.missing_grants, []);
    }
}

#[tokio::test]
async fn a_delegate_lacks_nothing_that_is_needed_and_is_told_what_is_lost() {
    for world in worlds(Admin::Delegate).await {
        world.project("acme-crm").await;
        assert_eq!(missing_grants(&world, Weight::Missing).await, []);
        assert_eq!(missing_grants(&world, Weight::Asked).await, []);
        let lost = missing_grants(&world, Weight::Lost).await;
        assert!(lost[0].text.contains("is no superuser") && lost[1].text.contains("BYPASSRLS"), "{lost:?}");
        say(&world, &lost).await;
        assert_eq!(
            missing_grants(&world, Weight::Lost).await.len(),
            1,
            "what cannot be granted one by one stays"
        );
    }
}

#[tokio::test]
async fn each_attribute_that_was_taken_is_missed_until_it_is_granted() {
    for world in worlds(Admin::Delegate).await {
        let mut superuser = world.superuser("postgres").await;
        superuser.execute("alter role fleet nocreatedb nocreaterole noinherit").await.unwrap();
        let missing = missing_grants(&world, Weight::Missing).await;
        assert_eq!(missing.len(), 3, "{missing:?}");
        assert!(world.host.ensure_database(&spec("acme-crm")).await.is_err(), "and it is needed");
        say(&world, &missing).await;
        assert_eq!(missing_grants(&world, Weight::Missing).await, []);
        assert!(world.host.ensure_database(&spec("acme-crm")).await.unwrap().is_created());
    }
}

#[tokio::test]
async fn a_fleet_that_worked_as_a_superuser_goes_on_as_a_delegate_after_the_grants() {
    for world in worlds(Admin::Delegate).await {
        let before = Host::new(world.server.admin(), Tenancy::Exclusive);
        before.ensure_database(&spec("acme-crm")).await.unwrap();
        let url = before.url(&spec("acme-crm").name, &spec("acme-crm").password);
        connect(&url).await.unwrap().execute("create table kept ()").await.unwrap();

        let missing = missing_grants(&world, Weight::Missing).await;
        let version = world.host.probe().await.unwrap().version;
        assert_eq!(missing.len(), if version < 160_000 { 1 } else { 2 }, "{missing:?}");
        assert!(world.host.ensure_database(&spec("acme-crm")).await.is_err(), "it is refused until then");
        say(&world, &missing).await;
        assert_eq!(missing_grants(&world, Weight::Missing).await, []);
        assert!(!world.host.ensure_database(&spec("acme-crm")).await.unwrap().is_created());
        let kept = world.host.retain_database(&spec("acme-crm").name).await.unwrap();
        assert!(kept.is_some(), "its sessions can be ended too");
        world.host.ensure_database(&spec("acme-crm")).await.unwrap();
        connect(&url).await.unwrap().execute("select from kept").await.unwrap();
    }
}

#[tokio::test]
async fn the_databases_of_a_shared_server_are_closed_only_by_whom_is_asked() {
    for world in worlds(Admin::Delegate).await {
        let mut superuser = world.superuser("postgres").await;
        superuser.execute("grant connect on database postgres, template1 to public").await.unwrap();
        superuser.execute("create database accounting").await.unwrap();
        world.project("acme-crm").await;
        let asked = missing_grants(&world, Weight::Asked).await;
        assert_eq!(asked.len(), 2, "still open after a project was made: {asked:?}");
        assert!(
            asked[0].text.contains("postgres, template1") && asked[1].text.contains("accounting"),
            "{asked:?}"
        );
        say(&world, &asked).await;
        assert_eq!(missing_grants(&world, Weight::Asked).await, []);
    }
}
