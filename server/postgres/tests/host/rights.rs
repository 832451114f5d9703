//! What a project's role may and may not do, and what a state that a crash or a person left comes to.

use control_plane::ports::postgres_host::{EnsureOutcome, PostgresError, PostgresHost as _, Repair};
use postgres_host::{Host, Tenancy};
use secrecy::ExposeSecret as _;
use sqlx::Executor as _;

use crate::support::{Admin, World, connect, spec, worlds};

/// The SQLSTATE that a statement is refused with.
async fn refusal(connection: &mut sqlx::PgConnection, statement: &str) -> String {
    let error = connection.execute(statement).await.expect_err(statement);
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(Into::into).unwrap_or_default()
}

#[tokio::test]
async fn a_role_works_in_its_schema_and_nowhere_else() {
    for world in worlds(Admin::Superuser).await {
        world.project("other-app").await;
        let mut role = connect(&world.project("acme-crm").await).await.unwrap();
        role.execute("create table t (id int primary key); alter table t enable row level security")
            .await
            .unwrap();
        role.execute("create temporary table scratch (id int)").await.unwrap();
        for statement in [
            r#"drop database "proj_acme-crm""#,
            r#"alter database "proj_acme-crm" rename to mine"#,
            r#"alter database "proj_acme-crm" owner to "proj_other-app""#,
            "create database mine",
            "create role mine",
            "create schema mine",
            r#"alter role "proj_acme-crm" connection limit 100"#,
            r#"alter role "proj_acme-crm" superuser"#,
            r#"set role "proj_other-app""#,
            "select pg_read_file('postgresql.conf')",
            "select rolpassword from pg_authid",
        ] {
            assert_eq!(refusal(&mut role, statement).await, "42501", "{statement}");
        }
    }
}

#[tokio::test]
async fn a_crash_between_any_two_statements_is_made_up_for() {
    let left = [
        "create role \"proj_acme-crm\" nologin",
        "create database \"proj_acme-crm\" template template0 allow_connections false",
        "revoke all on database \"proj_acme-crm\" from public",
        "alter database \"proj_acme-crm\" with allow_connections true",
    ];
    for world in worlds(Admin::Superuser).await {
        for reached in 1..=left.len() {
            let mut superuser = world.superuser("postgres").await;
            for statement in &left[..reached] {
                superuser.execute(*statement).await.unwrap();
            }
            assert!(world.host.databases().await.unwrap().is_empty(), "{reached}: half a database is none");
            let made = world.host.ensure_database(&spec("acme-crm")).await.unwrap();
            assert_eq!(made.is_created(), reached == 1, "{made:?}");
            let url = world.host.url(&spec("acme-crm").name, &spec("acme-crm").password);
            connect(&url).await.unwrap().execute("create table t ()").await.unwrap();
            assert_eq!(world.host.databases().await.unwrap().len(), 1, "{reached}: now it is one");
            superuser.execute("drop database \"proj_acme-crm\" with (force)").await.unwrap();
            superuser.execute("drop role \"proj_acme-crm\"").await.unwrap();
        }
    }
}

/// What [`what_a_person_changed_is_brought_in_line`] changes.
const CHANGED: [Repair; 11] = [
    Repair::LogIn,
    Repair::Expiry,
    Repair::RoleLimit,
    Repair::Attributes,
    Repair::Settings,
    Repair::Owner,
    Repair::DatabaseLimit,
    Repair::Closed,
    Repair::PublicAccess,
    Repair::Password,
    Repair::Schema,
];

#[tokio::test]
async fn what_a_person_changed_is_brought_in_line() {
    for world in worlds(Admin::Superuser).await {
        let url = world.project("acme-crm").await;
        world.superuser("proj_acme-crm").await.execute("drop schema public cascade").await.unwrap();
        let mut superuser = world.superuser("postgres").await;
        for statement in [
            "alter role \"proj_acme-crm\" superuser createdb nologin valid until '2001-01-01' connection limit 1",
            "alter role \"proj_acme-crm\" password 'another one'",
            "alter role \"proj_acme-crm\" reset lock_timeout",
            "grant connect on database \"proj_acme-crm\" to public",
            "alter database \"proj_acme-crm\" owner to \"proj_acme-crm\"",
            "alter database \"proj_acme-crm\" with allow_connections false connection limit 0",
        ] {
            superuser.execute(statement).await.unwrap();
        }

        assert!(world.host.databases().await.unwrap().is_empty(), "an open database is not one of ours");
        let EnsureOutcome::Found { repairs, .. } =
            world.host.ensure_database(&spec("acme-crm")).await.unwrap()
        else {
            panic!("it was there");
        };
        assert_eq!(repairs, CHANGED, "each is named");
        let again = world.host.ensure_database(&spec("acme-crm")).await.unwrap();
        assert!(matches!(&again, EnsureOutcome::Found { repairs, .. } if repairs.is_empty()), "{again:?}");
        let mut role = connect(&url).await.unwrap();
        role.execute("create table t ()").await.unwrap();
        for statement in ["drop database \"proj_acme-crm\"", "create role mine", "create database mine"] {
            assert_eq!(refusal(&mut role, statement).await, "42501", "{statement}");
        }
        assert_eq!(world.host.databases().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn databases_of_others_are_left_out_and_alone() {
    for world in worlds(Admin::Delegate).await {
        let mut superuser = world.superuser("postgres").await;
        for statement in [
            "create database accounting",
            "create database \"proj_NOT-OURS\"",
            "create role \"proj_theirs\"",
            "create database \"proj_theirs\"",
            "revoke connect on database \"proj_theirs\" from public",
        ] {
            superuser.execute(statement).await.unwrap();
        }
        world.project("acme-crm").await;
        let listed: Vec<_> = world.host.databases().await.unwrap().into_keys().collect();
        assert_eq!(listed, [spec("acme-crm").name]);

        let error = world.host.ensure_database(&spec("theirs")).await.unwrap_err();
        assert!(
            matches!(error, PostgresError::Refused { .. }),
            "somebody else's database is not taken: {error}"
        );
        let open = "select has_database_privilege('public', 'accounting', 'connect')";
        let open: bool = sqlx::query_scalar(open).fetch_one(&mut superuser).await.unwrap();
        assert!(open, "a shared server's own databases keep their rights");
    }
}

#[tokio::test]
async fn a_role_that_may_not_is_told_what_it_may_not() {
    for world in worlds(Admin::Delegate).await {
        let exclusive = Host::new(world.admin.clone(), Tenancy::Exclusive);
        let mut superuser = world.superuser("postgres").await;
        superuser.execute("grant connect on database postgres to public").await.unwrap();
        let error = exclusive.ensure_database(&spec("acme-crm")).await.unwrap_err();
        let told = error.to_string();
        assert!(
            matches!(error, PostgresError::Refused { .. }) && told.starts_with("closing the databases"),
            "{told}"
        );

        superuser.execute("alter role fleet nocreatedb").await.unwrap();
        let error = world.host.ensure_database(&spec("acme-crm")).await.unwrap_err();
        assert!(
            matches!(error, PostgresError::Refused { .. }) && error.to_string().contains("42501"),
            "{error}"
        );

        let wrong = Host::new(world.admin.clone().password("planted-guess"), Tenancy::Shared);
        let error = wrong.probe().await.unwrap_err();
        let told = format!("{error} {error:?} {wrong:?}");
        assert!(matches!(error, PostgresError::Refused { .. }) && !told.contains("planted-guess"), "{told}");
    }
}

#[tokio::test]
async fn ensuring_leaves_no_session_and_no_lock() {
    let world: World = worlds(Admin::Superuser).await.swap_remove(0);
    let spec = spec("acme-crm");
    for delay in 0..30 {
        let work = world.host.ensure_database(&spec);
        tokio::time::timeout(std::time::Duration::from_millis(delay * 3), work).await.ok();
    }
    let made =
        tokio::time::timeout(std::time::Duration::from_secs(20), world.host.ensure_database(&spec)).await;
    made.expect("a cancelled run keeps no lock").unwrap();
    let url = world.host.url(&spec.name, &spec.password);
    assert!(url.expose_secret().starts_with("postgres://proj_acme-crm:of%20acme-crm@localhost:5432/"));
    connect(&url).await.unwrap();
}

#[tokio::test]
async fn a_server_without_a_connection_left_says_what_to_do() {
    for world in worlds(Admin::Delegate).await {
        world.superuser("postgres").await.execute("alter role fleet connection limit 0").await.unwrap();
        let error = world.host.probe().await.unwrap_err();
        assert!(matches!(error, PostgresError::Away { .. }), "{error}");
        let told = error.to_string();
        assert!(told.contains("SQLSTATE 53300") && told.contains("raise max_connections"), "{told}");
    }
}
