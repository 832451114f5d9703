//! Making role and database. Every statement may be the last before a crash: the next run goes through all of them
//! again, and only the last lets anybody in. So only the last waits for the disk, and with it all before it are there.

use control_plane::ports::postgres_host::{DatabaseSpec, Made, PostgresError, Presence};
use sqlx::postgres::PgConnectOptions;

use super::Tenancy;
use crate::password::verifier;
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

const ROLE: &str = "making the project's role";
const DATABASE: &str = "making the project's database";
const SCHEMA: &str = "giving the project's role its schema";
const CLOSING: &str = "closing the databases postgres and template1 to projects";

/// What the role's sessions start with. The server migrates at every boot and takes exclusive locks for it: one that
/// cannot have them must fail and come again, or every later query queues behind it.
const SETTINGS: [(&str, &str); 2] = [("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")];

/// A commit does not wait for the disk.
const UNHURRIED: &str = "set synchronous_commit = off";

/// Once per server: what every role may open by default.
pub async fn closed_to_projects(admin: &PgConnectOptions, tenancy: Tenancy) -> Result<(), PostgresError> {
    if tenancy == Tenancy::Shared {
        return Ok(());
    }
    let mut session = Session::open(admin, CLOSING).await?;
    session.lock(CLOSING, "closing").await?;
    for database in ["postgres", "template1"] {
        session.run(CLOSING, &format!("revoke connect on database {database} from public")).await?;
    }
    // somebody who is not the owner revokes nothing and gets a warning only
    let open = sqlx::query(
        "select datname::text from pg_database
         where datname in ('postgres', 'template1') and has_database_privilege('public', oid, 'CONNECT')",
    );
    let open: Vec<(String,)> = session.rows(CLOSING, open).await?;
    match open.first() {
        None => Ok(()),
        Some((database,)) => {
            let reason = format!("only the owner of the database {database} can do that");
            Err(PostgresError::Refused { doing: CLOSING, reason })
        }
    }
}

/// The whole contract of `ensure_database`.
pub async fn database(admin: &PgConnectOptions, spec: &DatabaseSpec) -> Result<Made, PostgresError> {
    let name = spec.name.to_string();
    let mut session = Session::open(admin, DATABASE).await?;
    session.lock(DATABASE, &name).await?;
    let DatabaseSpec { presence, name: _, password: _, connections: _ } = spec;
    if *presence == Presence::MustExist && !exists(&mut session, &name).await? {
        return Err(PostgresError::Gone { doing: DATABASE, database: spec.name.clone() });
    }
    session.run(DATABASE, UNHURRIED).await?;
    role(&mut session, &name, spec).await?;
    let made = owned_database(&mut session, &name).await?;
    let inside = admin.clone().database(&name);
    schema(&mut Session::open(&inside, SCHEMA).await?, &name).await?;
    let quoted = identifier(&name);
    session.run(DATABASE, "reset synchronous_commit").await?;
    session.run(DATABASE, &format!("grant connect, temporary on database {quoted} to {quoted}")).await?;
    Ok(made)
}

async fn role(session: &mut Session, name: &str, spec: &DatabaseSpec) -> Result<(), PostgresError> {
    let quoted = identifier(name);
    let create = format!("create role {quoted} nologin nosuperuser noreplication nobypassrls");
    session.run_unless(ROLE, state::DUPLICATE_ROLE, &create).await?;
    if is_more_than_a_role(session, name).await? {
        session.run(ROLE, &format!("alter role {quoted} nosuperuser noreplication nobypassrls")).await?;
    }
    // only a superuser is a member of every role without having been made one
    if !is_superuser(session).await? {
        session.run(ROLE, &format!("grant {quoted} to current_user")).await?;
    }
    for (setting, value) in SETTINGS {
        session.run(ROLE, &format!("alter role {quoted} set {setting} to {}", literal(value))).await?;
    }
    let (limit, password) = (spec.connections, literal(&verifier(&spec.password)));
    let alter = format!(
        "alter role {quoted} login noinherit nocreatedb nocreaterole valid until 'infinity' \
         connection limit {limit} password {password}"
    );
    session.run(ROLE, &alter).await
}

async fn exists(session: &mut Session, name: &str) -> Result<bool, PostgresError> {
    let query = sqlx::query("select 1 from pg_database where datname = $1");
    Ok(!session.rows::<(i32,)>(DATABASE, query.bind(name)).await?.is_empty())
}

/// Whether the role has what only a superuser can take from it.
async fn is_more_than_a_role(session: &mut Session, name: &str) -> Result<bool, PostgresError> {
    let query = sqlx::query(
        "select 1 from pg_roles where rolname = $1 and (rolsuper or rolreplication or rolbypassrls)",
    );
    Ok(!session.rows::<(i32,)>(ROLE, query.bind(name)).await?.is_empty())
}

async fn is_superuser(session: &mut Session) -> Result<bool, PostgresError> {
    let query = sqlx::query("select 1 from pg_roles where rolname = current_user and rolsuper");
    Ok(!session.rows::<(i32,)>(ROLE, query).await?.is_empty())
}

/// Makes the database ours and closes it to everybody else; the project's role is let in at the end of everything.
async fn owned_database(session: &mut Session, name: &str) -> Result<Made, PostgresError> {
    let quoted = identifier(name);
    let found =
        sqlx::query("select pg_get_userbyid(datdba) = current_user from pg_database where datname = $1");
    let found: Vec<(bool,)> = session.rows(DATABASE, found.bind(name)).await?;
    let made = match found.first() {
        Some((true,)) => Made::Found,
        Some((false,)) => {
            session.run(DATABASE, &format!("alter database {quoted} owner to current_user")).await?;
            Made::Found
        }
        None => {
            // not template1: what somebody put there would be in every project
            let create = format!("create database {quoted} template template0 encoding 'UTF8'");
            let created = session.run_unless(DATABASE, state::DUPLICATE_DATABASE, &create).await?;
            if created { Made::Created } else { Made::Found }
        }
    };
    session.run(DATABASE, &format!("revoke all on database {quoted} from public")).await?;
    Ok(made)
}

/// Inside the project's database. The role may have dropped the schema, as its owner; it cannot make it again itself.
async fn schema(inside: &mut Session, name: &str) -> Result<(), PostgresError> {
    let quoted = identifier(name);
    inside.run(SCHEMA, UNHURRIED).await?;
    inside.run(SCHEMA, "create schema if not exists public").await?;
    inside.run(SCHEMA, &format!("alter schema public owner to {quoted}")).await?;
    inside.run(SCHEMA, "revoke all on schema public from public").await
}
