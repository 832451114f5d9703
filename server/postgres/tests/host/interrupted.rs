//! What an act that was interrupted leaves behind, and what a project's own database may do to us.

use control_plane::ports::postgres_host::{EnsureOutcome, PostgresHost as _};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Executor as _, PgConnection};

use crate::support::{Admin, World, connect, spec, worlds};

/// Databases of projects that every role of the server may enter.
async fn open_databases(superuser: &mut PgConnection) -> Vec<String> {
    let open = "select datname::text from pg_database where datname like 'proj\\_%' and datallowconn
                and has_database_privilege('public', oid, 'CONNECT')";
    sqlx::query_scalar(open).fetch_all(superuser).await.unwrap()
}

/// Ends our sessions as soon as the database is there; how often one was ended.
async fn killed_while_making(world: &World, superuser: &mut PgConnection) -> bool {
    let making = {
        let host = std::sync::Arc::clone(&world.host);
        tokio::spawn(async move { host.ensure_database(&spec("victim")).await })
    };
    while !making.is_finished() {
        let end = "select pg_terminate_backend(a.pid) from pg_stat_activity a where a.application_name = 'atomo-fleet'
                   and exists (select from pg_database where datname = 'proj_victim')";
        superuser.execute(end).await.unwrap();
        assert_eq!(open_databases(superuser).await, [""; 0], "nobody else gets in, whenever it stops");
    }
    making.await.unwrap().is_err()
}

#[tokio::test]
async fn a_create_that_is_killed_leaves_nothing_that_others_may_enter_and_is_finished() {
    for world in worlds(Admin::Superuser).await {
        world.project("other-app").await;
        let mut superuser = world.superuser("postgres").await;
        let mut killed = 0;
        for _ in 0..10 {
            killed += i32::from(killed_while_making(&world, &mut superuser).await);
            world.host.ensure_database(&spec("victim")).await.unwrap();
            let url = world.host.url(&spec("victim").name, &spec("victim").password);
            connect(&url).await.unwrap().execute("create table t ()").await.unwrap();
            superuser.execute("drop database proj_victim with (force)").await.unwrap();
            superuser.execute("drop role proj_victim").await.unwrap();
        }
        assert!(killed > 0, "at least one was ended in the middle");
    }
}

#[tokio::test]
async fn a_database_that_takes_no_connections_yet_lets_no_other_role_in() {
    for world in worlds(Admin::Superuser).await {
        let other = world.project("other-app").await;
        let mut superuser = world.superuser("postgres").await;
        superuser
            .execute("create database proj_victim template template0 allow_connections false")
            .await
            .unwrap();
        let (before, after) = other.expose_secret().rsplit_once("/proj_other-app").unwrap();
        let elsewhere = SecretString::from(format!("{before}/proj_victim{after}"));
        let refused = connect(&elsewhere).await.map(drop).unwrap_err();
        assert!(refused.to_string().contains("not currently accepting connections"), "{refused}");
        let made = world.host.ensure_database(&spec("victim")).await.unwrap();
        assert!(!made.is_created(), "what was begun is finished: {made:?}");
        let url = world.host.url(&spec("victim").name, &spec("victim").password);
        connect(&url).await.unwrap();
    }
}

#[tokio::test]
async fn functions_and_operators_of_a_project_are_not_called_by_us() {
    for world in worlds(Admin::Superuser).await {
        let mut role = connect(&world.project("acme-crm").await).await.unwrap();
        for statement in [
            "create function public.never(name, name) returns boolean language plpgsql as 'begin raise exception ''called''; end'",
            "create operator public.= (function = public.never, leftarg = name, rightarg = name)",
            "create function public.exists(text) returns boolean language sql as 'select true'",
            "create table public.pg_roles (rolname name, oid oid)",
            "alter role current_user set search_path = public, pg_catalog",
        ] {
            role.execute(statement).await.unwrap();
        }
        let found = world.host.ensure_database(&spec("acme-crm")).await.unwrap();
        assert!(matches!(&found, EnsureOutcome::Found { repairs, .. } if repairs.is_empty()), "{found:?}");
    }
}

#[tokio::test]
async fn sizes_are_not_measured_at_every_look() {
    for world in worlds(Admin::Superuser).await {
        let mut role = connect(&world.project("acme-crm").await).await.unwrap();
        let id = spec("acme-crm").name;
        let first = world.host.databases().await.unwrap().remove(&id).unwrap().figures;
        role.execute("create table t as select repeat('x', 1000) from generate_series(1, 2000)")
            .await
            .unwrap();
        let second = world.host.databases().await.unwrap().remove(&id).unwrap().figures;
        assert!(first.bytes.is_some() && first.measured_at.is_some(), "{first:?}");
        assert_eq!(second.bytes, first.bytes, "the figure of the last measure, with its time");
        assert_eq!(second.measured_at, first.measured_at);
    }
}
