//! What the roles of backups and copies may and may not do, and what is refused before anything is made.

use control_plane::ports::database_copies::{CopySpec, DatabaseCopies as _, DatabaseFacts, Extension};
use control_plane::ports::postgres_host::PostgresError;
use postgres_host::{ClientPrograms, Copies};
use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, Executor as _};

use super::workshop::{Workshop, assert_same, main, named, refusal, silent, workshops};
use crate::support::Admin;

/// What the refusal for a role that is no superuser asks for, on 15.
pub const REMEDY: &str = "create role fleet_backup login bypassrls nosuperuser; grant pg_read_all_data to fleet_backup; \
                          grant fleet_backup to \"fleet\"";

#[tokio::test]
async fn a_snapshot_leaves_nothing_to_correct() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.dump().await;
        assert!(workshop.is_right().await);
        workshop.dump().await;
        let public = "select has_database_privilege('public', 'proj_acme-crm', 'CONNECT')";
        let is_open: bool =
            sqlx::query_scalar(public).fetch_one(&mut workshop.superuser("postgres").await).await.unwrap();
        assert!(!is_open);
    }
}

#[tokio::test]
async fn a_second_control_plane_and_a_changed_role_do_not_stop_backups() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.dump().await;
        let other = Copies::new(workshop.world.admin.clone(), ClientPrograms::default());
        other.snapshot(&main(), None).await.unwrap();
        workshop.dump().await;
        let spoil =
            "alter role fleet_backup superuser nobypassrls; revoke pg_read_all_data from fleet_backup";
        workshop.superuser("postgres").await.execute(spoil).await.unwrap();
        workshop.dump().await;
        let role = "select rolbypassrls and not rolsuper from pg_roles where rolname = 'fleet_backup'";
        let is_right: bool =
            sqlx::query_scalar(role).fetch_one(&mut workshop.superuser("postgres").await).await.unwrap();
        assert!(is_right);
    }
}

#[tokio::test]
async fn a_role_that_is_no_superuser_names_what_it_lacks_and_works_with_it() {
    for workshop in workshops(Admin::Delegate).await {
        let told = refusal(workshop.copies.snapshot(&main(), None).await.map(drop));
        assert!(told.contains("create role fleet_backup login bypassrls"), "{told}");
        assert!(told.contains("Have a superuser execute") && told.contains("\"fleet\""), "{told}");
        let remedy = told.split_once("execute: ").unwrap().1;
        workshop.superuser("postgres").await.execute(remedy).await.unwrap();
        workshop.fill().await;
        // before 16 only a superuser creates a role that bypasses row security, without which this view cannot be restored
        workshop.project().await.execute("drop materialized view names").await.unwrap();
        let dump = workshop.dump().await;
        let copy = CopySpec { name: named("r", 1), owner: Some(main()), facts: dump.facts.clone() };
        workshop.load(&copy, &dump.bytes).await.unwrap();
        let told = refusal(workshop.copies.finish_copy(&copy).await);
        assert!(told.contains("grant set on parameter \"atomo\".\"region\""), "{told}");
        let grant = "grant set on parameter atomo.region to fleet";
        workshop.superuser("postgres").await.execute(grant).await.unwrap();
        workshop.copies.finish_copy(&copy).await.unwrap();
        assert_same(&workshop.contents(&copy).await, &dump.contents);
        assert!(workshop.is_right().await);
        let clone = CopySpec { name: named("r", 2), ..copy.clone() };
        workshop.copies.clone_database(workshop.oid, &clone).await.unwrap();
        for copy in [copy, clone] {
            workshop.copies.remove_copy(&copy.name).await.unwrap();
        }
        assert_eq!(workshop.copies.copies().await.unwrap(), []);
    }
}

/// A function of a table's constraint runs while its rows are loaded. It notes under whom, and tries to rise.
const HOSTILE: &str = "
    create table seen (session text, after_reset text);
    create function rise(int) returns boolean language plpgsql as $$
    begin
      reset role;
      insert into public.seen values (session_user, current_user);
      begin
        execute format('alter role %I superuser', session_user);
      exception when insufficient_privilege then null;
      end;
      return true;
    exception when insufficient_privilege then return true;
    end $$;
    create table victims (id int check (rise(id)));
    insert into victims values (1);
    grant insert on seen to public";

#[tokio::test]
async fn a_hostile_dump_gets_no_rights() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.project().await.execute(HOSTILE).await.unwrap();
        let dump = workshop.dump().await;
        let copy = workshop.restored(1, &dump).await;
        let superusers = "select count(*) from pg_roles where rolsuper";
        let mut inside = workshop.superuser(&copy.name.to_string()).await;
        let count: i64 = sqlx::query_scalar(superusers).fetch_one(&mut inside).await.unwrap();
        assert_eq!(count, 1, "only the server's own");
        let rows: Vec<(String, String)> =
            sqlx::query_as("select * from seen").fetch_all(&mut inside).await.unwrap();
        for (session, after_reset) in rows {
            assert!(
                session.starts_with("proj_acme-crm") && after_reset == session,
                "{session} {after_reset}"
            );
        }
    }
}

#[tokio::test]
async fn only_copies_are_removed() {
    for workshop in workshops(Admin::Superuser).await {
        for name in [main(), named("o", 1), named("t", 1)] {
            let told = refusal(workshop.copies.remove_copy(&name).await);
            assert!(told.contains("is not the name of a copy"), "{told}");
            let copy = CopySpec { name, owner: None, facts: DatabaseFacts::default() };
            refusal(workshop.copies.create_copy(&copy).await);
            refusal(workshop.copies.finish_copy(&copy).await);
        }
        workshop.copies.remove_copy(&named("r", 1)).await.unwrap(); // absent
        workshop.project().await.execute("select").await.unwrap();
    }
}

async fn empty(workshop: &Workshop, facts: DatabaseFacts) -> Result<(), PostgresError> {
    let copy = CopySpec { name: named("r", 1), owner: Some(main()), facts };
    workshop.copies.create_copy(&copy).await.map(drop)
}

#[tokio::test]
async fn what_the_server_lacks_is_named() {
    for workshop in workshops(Admin::Superuser).await {
        let facts = workshop.dump().await.facts;
        let extension = Extension { name: "vectors".into(), version: "1".into(), schema: "public".into() };
        for (changed, named) in [
            (DatabaseFacts { extensions: vec![extension], ..facts.clone() }, "no extension vectors"),
            (DatabaseFacts { roles: vec!["auditor".into()], ..facts.clone() }, "no role auditor"),
            (DatabaseFacts { large_objects: 3, ..facts.clone() }, "3 large objects"),
            (DatabaseFacts { server_version: 990_001, ..facts.clone() }, "is of PostgreSQL 99"),
            (DatabaseFacts { collate: "xx_XX".into(), ..facts.clone() }, "collation xx_XX"),
        ] {
            let told = refusal(empty(&workshop, changed).await);
            assert!(told.contains(named), "{told}");
            assert_eq!(workshop.copies.copies().await.unwrap(), [], "nothing is left: {told}");
        }
    }
}

#[tokio::test]
async fn a_copy_in_use_and_an_invalid_one_are_removed() {
    for workshop in workshops(Admin::Superuser).await {
        let name = named("r", 1);
        empty(&workshop, DatabaseFacts::default()).await.unwrap();
        let _session = workshop.superuser(&name.to_string()).await;
        assert_eq!(workshop.copies.copies().await.unwrap(), std::slice::from_ref(&name));
        workshop.copies.remove_copy(&name).await.unwrap();
        empty(&workshop, DatabaseFacts::default()).await.unwrap();
        let invalid = format!("update pg_database set datconnlimit = -2 where datname = '{name}'");
        workshop.superuser("postgres").await.execute(&*invalid).await.unwrap();
        workshop.copies.remove_copy(&name).await.unwrap();
        assert_eq!(workshop.copies.copies().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_cancelled_read_leaves_no_lock() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        for delay in 0..10 {
            let read = async {
                let mut snapshot = workshop.copies.snapshot(&main(), None).await?;
                snapshot.contents(true, &silent).await
            };
            tokio::time::timeout(std::time::Duration::from_millis(delay * 10), read).await.ok();
        }
        assert!(workshop.is_right().await);
        workshop.dump().await;
    }
}

#[tokio::test]
async fn a_server_may_use_an_opened_copy_as_its_owner_without_the_connections_of_the_project() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.fill().await;
        let copy = workshop.restored(1, &workshop.dump().await).await;
        let name = copy.name.to_string();
        for _ in 0..2 {
            let password = workshop.copies.open_copy(&copy, 1).await.unwrap();
            let options = workshop.world.admin.clone().database(&name).username(&name);
            let options = options.password(password.expose_secret());
            let mut server = sqlx::PgConnection::connect_with(&options).await.unwrap();
            let migration = "alter table orders add column later int; alter table orders drop column later; \
                             create table made (id int); drop table made";
            server.execute(migration).await.unwrap();
            sqlx::PgConnection::connect_with(&options).await.unwrap_err(); // it is the only one
            server.close().await.unwrap();
        }
        workshop.copies.remove_copy(&copy.name).await.unwrap();
        assert_eq!(workshop.copies.copies().await.unwrap(), [], "its role is gone too");
        workshop.copies.open_copy(&copy, 1).await.unwrap_err();
    }
}
