//! The exchange of a project's database with a copy.

use control_plane::ports::database_copies::{CopySpec, DatabaseCopies as _, Swap};
use control_plane::ports::postgres_host::{PostgresError, PostgresHost as _};
use model::DatabaseOid;
use sqlx::{Executor as _, Row as _};

use super::workshop::{Workshop, main, named, refusal, workshops};
use crate::support::{Admin, connect};

/// A project with one row, and a copy of it with another one.
async fn prepared(admin: Admin) -> Vec<(Workshop, CopySpec, Swap)> {
    let mut all = Vec::new();
    for workshop in workshops(admin).await {
        if admin == Admin::Delegate {
            let mut superuser = workshop.superuser("postgres").await;
            superuser.execute(super::rights::REMEDY).await.unwrap();
        }
        workshop.project().await.execute("create table t as select 'old' as content").await.unwrap();
        let copy = workshop.restored(1, &workshop.dump().await).await;
        workshop.execute(&copy.name, "update t set content = 'new'").await;
        let next = workshop.oid_of(&copy.name).await;
        let swap = Swap { name: main(), current: workshop.oid, next, former: named("o", 1) };
        all.push((workshop, copy, swap));
    }
    all
}

/// What the project's own connection reads.
async fn content(workshop: &Workshop) -> String {
    let row = workshop.project().await.fetch_one("select content from t").await.unwrap();
    row.get(0)
}

async fn name_of(workshop: &Workshop, oid: DatabaseOid) -> Option<String> {
    workshop.copies.name_of(oid).await.unwrap()
}

async fn exchanges(admin: Admin) {
    for (workshop, _, swap) in prepared(admin).await {
        let mut session = workshop.project().await;
        workshop.copies.swap(&swap).await.unwrap();
        assert!(session.execute("select").await.is_err(), "sessions were ended");
        assert_eq!(content(&workshop).await, "new");
        assert_eq!(name_of(&workshop, swap.current).await, Some(swap.former.to_string()));
        let spec = crate::support::spec(super::workshop::PROJECT);
        let spec = control_plane::ports::postgres_host::DatabaseSpec { oid: Some(swap.next), ..spec };
        let found = format!("{:?}", workshop.world.host.ensure_database(&spec).await.unwrap());
        assert!(found.ends_with("repairs: [] }"), "{found}");

        workshop.copies.swap(&swap).await.unwrap();
        assert_eq!(content(&workshop).await, "new", "repeated, it changes nothing");
        let back = Swap { current: swap.next, next: swap.current, former: named("o", 2), ..swap.clone() };
        workshop.copies.swap(&back).await.unwrap();
        assert_eq!(content(&workshop).await, "old", "and back");
        assert!(workshop.is_right().await);
        assert_eq!(name_of(&workshop, swap.next).await, Some(named("o", 2).to_string()));
    }
}

#[tokio::test]
async fn databases_are_exchanged_and_exchanged_back() {
    exchanges(Admin::Superuser).await;
}

#[tokio::test]
async fn a_role_that_is_no_superuser_exchanges_databases() {
    exchanges(Admin::Delegate).await;
}

#[tokio::test]
async fn the_former_database_is_closed_to_everybody() {
    for (workshop, _, swap) in prepared(Admin::Superuser).await {
        workshop.copies.swap(&swap).await.unwrap();
        let options = workshop.world.server.admin().database(&swap.former.to_string());
        let refused = <sqlx::PgConnection as sqlx::Connection>::connect_with(&options).await.map(drop);
        assert!(refused.unwrap_err().to_string().contains("not currently accepting connections"));
    }
}

/// States that a crash leaves: closed before the exchange, and exchanged but not opened.
#[tokio::test]
async fn an_interrupted_exchange_is_completed_by_the_next_call() {
    let closed = "alter database \"proj_acme-crm\" allow_connections false";
    let other_closed = "alter database \"proj_acme-crm_r_000000000001\" allow_connections false";
    let renamed = "begin; alter database \"proj_acme-crm\" rename to \"proj_acme-crm_o_000000000001\";
                   alter database \"proj_acme-crm_r_000000000001\" rename to \"proj_acme-crm\"; commit";
    for reached in 1..=3 {
        for (workshop, _, swap) in prepared(Admin::Superuser).await {
            for statement in [closed, other_closed, renamed].into_iter().take(reached) {
                workshop.superuser("postgres").await.execute(statement).await.unwrap();
            }
            workshop.copies.swap(&swap).await.unwrap();
            assert_eq!(content(&workshop).await, "new", "{reached}");
            assert_eq!(name_of(&workshop, swap.current).await, Some(swap.former.to_string()));
        }
    }
}

#[tokio::test]
async fn a_refused_exchange_changes_no_name_and_the_database_is_opened_again() {
    for (workshop, copy, swap) in prepared(Admin::Superuser).await {
        let none = Swap { next: DatabaseOid::new(1), ..swap.clone() };
        assert!(refusal(workshop.copies.swap(&none).await).contains("is not a database of"));
        let another = Swap { current: DatabaseOid::new(1), ..swap.clone() };
        let error = workshop.copies.swap(&another).await.unwrap_err();
        assert!(matches!(error, PostgresError::Another { .. }), "{error}");
        let occupied = Swap { former: named("o", 7), ..swap.clone() };
        let make = "create database \"proj_acme-crm_o_000000000007\"";
        workshop.superuser("postgres").await.execute(make).await.unwrap();
        assert!(refusal(workshop.copies.swap(&occupied).await).contains("another database has the name"));
        let scratch = Swap { name: named("r", 3), ..swap.clone() };
        assert!(refusal(workshop.copies.swap(&scratch).await).contains("cannot give its place"));

        let close = "alter database \"proj_acme-crm\" allow_connections false";
        workshop.superuser("postgres").await.execute(close).await.unwrap();
        assert!(connect(&workshop.url).await.is_err());
        workshop.copies.reopen(&main()).await.unwrap();
        assert_eq!(content(&workshop).await, "old");
        assert_eq!(name_of(&workshop, swap.current).await, Some(main().to_string()));
        assert_eq!(name_of(&workshop, swap.next).await, Some(copy.name.to_string()));
    }
}
