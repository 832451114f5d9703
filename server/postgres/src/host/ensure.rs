//! Making role and database as they should be.
//!
//! When nothing is wrong that is one connection and one question (`facts.rs`), asked in the project's own database.
//! Otherwise the faults are corrected in an order in which every statement may be the last before a crash: a new database
//! takes no connections until `PUBLIC` has lost its rights, and only the last statement lets the project's role in. So
//! only the last waits for the disk, and with it all before it are there.

use control_plane::ports::postgres_host::{DatabaseSpec, EnsureOutcome, PostgresError, Presence, Repair};
use sqlx::postgres::PgConnectOptions;

use super::Tenancy;
use super::facts::{self, Facts, Verifiers};
use super::role_settings::SETTINGS;
use crate::password::{Password, verifier};
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

const READING: &str = "looking at the project's role and database";
const ROLE: &str = "making the project's role";
const DATABASE: &str = "making the project's database";
const SCHEMA: &str = "giving the project's role its schema";
const LOGIN: &str = "logging in as the project's role";
const CLOSING: &str = "closing the databases postgres and template1 to projects";

/// A commit does not wait for the disk.
const UNHURRIED: &str = "set synchronous_commit = off";

/// A database that cannot be entered is looked at from outside: it is missing, closed, full or somebody else's.
const CLOSED: [&str; 4] = [
    state::NO_SUCH_DATABASE,
    state::NOT_ACCEPTING,
    state::TOO_MANY_CONNECTIONS,
    state::INSUFFICIENT_PRIVILEGE,
];

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

/// Whether our role may read verifiers.
pub async fn verifiers(admin: &PgConnectOptions) -> Result<Verifiers, PostgresError> {
    let mut session = Session::open(admin, READING).await?;
    let readable = sqlx::query("select has_column_privilege('pg_authid', 'rolpassword', 'SELECT')");
    let readable: Vec<(bool,)> = session.rows(READING, readable).await?;
    Ok(if readable.first() == Some(&(true,)) { Verifiers::Readable } else { Verifiers::Hidden })
}

/// The whole contract of `ensure_database`.
pub async fn database(
    admin: &PgConnectOptions,
    spec: &DatabaseSpec,
    verifiers: Verifiers,
) -> Result<EnsureOutcome, PostgresError> {
    if let Some(found) = found_right(admin, spec, verifiers).await? {
        return Ok(found);
    }
    let name = spec.name.to_string();
    let mut session = Session::open(admin, DATABASE).await?;
    session.lock(DATABASE, &name).await?;
    let before = facts::shared(&mut session, READING, &name, verifiers).await?;
    if spec.presence == Presence::MustExist && before.oid.is_none() {
        return Err(PostgresError::Gone { doing: DATABASE, database: spec.name.clone() });
    }
    if let Some(found) = before.oid() {
        spec.refuse_another(DATABASE, found)?;
    }
    let password = known_password(admin, spec, &before).await?;
    session.run(DATABASE, UNHURRIED).await?;
    role(&mut session, &name, spec, &before, password).await?;
    owned_database(&mut session, &name, &before).await?;
    let inside = admin.clone().database(&name);
    let schema = schema(&mut Session::open(&inside, SCHEMA).await?, &name).await?;
    let quoted = identifier(&name);
    session.run(DATABASE, "reset synchronous_commit").await?;
    session.run(DATABASE, &format!("grant connect, temporary on database {quoted} to {quoted}")).await?;
    let after = facts::shared(&mut session, READING, &name, verifiers).await?;
    let oid = after.oid().ok_or(PostgresError::Gone { doing: DATABASE, database: spec.name.clone() })?;
    if before.oid.is_none() {
        return Ok(EnsureOutcome::Created { oid });
    }
    let mut repairs = before.wrong(spec);
    repairs.extend((password == Password::Wrong && before.role).then_some(Repair::Password));
    repairs.extend(schema);
    Ok(EnsureOutcome::Found { oid, repairs })
}

/// What there is, when nothing of it is wrong.
async fn found_right(
    admin: &PgConnectOptions,
    spec: &DatabaseSpec,
    verifiers: Verifiers,
) -> Result<Option<EnsureOutcome>, PostgresError> {
    let name = spec.name.to_string();
    let inside = admin.clone().database(&name);
    let Some(mut session) = Session::open_unless(&inside, READING, &CLOSED).await? else { return Ok(None) };
    let (facts, schema) = facts::whole(&mut session, READING, &name, verifiers).await?;
    drop(session);
    if let Some(found) = facts.oid() {
        spec.refuse_another(READING, found)?;
    }
    if !facts.wrong(spec).is_empty() || !schema.is_right() {
        return Ok(None);
    }
    let Some(oid) = facts.oid() else { return Ok(None) };
    let is_right = known_password(admin, spec, &facts).await? == Password::Right;
    Ok(is_right.then_some(EnsureOutcome::Found { oid, repairs: Vec::new() }))
}

/// Whether the role has the password that it should have: by its verifier, else by logging in with it.
async fn known_password(
    admin: &PgConnectOptions,
    spec: &DatabaseSpec,
    facts: &Facts,
) -> Result<Password, PostgresError> {
    let password = facts.password(spec);
    if password != Password::Unknown || !facts.login || facts.expires || !facts.role_access {
        return Ok(password);
    }
    let name = spec.name.to_string();
    let secret = secrecy::ExposeSecret::expose_secret(&spec.password);
    let role = admin.clone().username(&name).password(secret).database(&name);
    Session::login(&role, LOGIN).await
}

/// What is wrong of the role, in one act. It is no member of anything, may do nothing but log in, and is ours.
async fn role(
    session: &mut Session,
    name: &str,
    spec: &DatabaseSpec,
    before: &Facts,
    password: Password,
) -> Result<(), PostgresError> {
    let quoted = identifier(name);
    let mut acts = Vec::new();
    if !before.role {
        acts.push(format!("create role {quoted} nologin nosuperuser noreplication nobypassrls"));
    }
    if before.exalted {
        acts.push(format!("alter role {quoted} nosuperuser noreplication nobypassrls"));
    }
    // only a superuser has the rights of every role without having been made a member
    if !before.member {
        acts.push(format!("grant {quoted} to current_user"));
    }
    if !before.settings {
        let set = |(setting, value)| format!("alter role {quoted} set {setting} to {}", literal(value));
        acts.extend(SETTINGS.map(set));
    }
    let secret = match password {
        Password::Right if before.role => String::new(),
        _ => format!(" password {}", literal(&verifier(&spec.password))),
    };
    acts.push(format!(
        "alter role {quoted} login noinherit nocreatedb nocreaterole valid until 'infinity' \
         connection limit {}{secret}",
        spec.connections
    ));
    session.run(ROLE, &acts.join("; ")).await
}

/// Makes the database ours and closes it to everybody else; the project's role is let in at the end of everything. A new
/// one takes no connections until then: the rights of `PUBLIC` are asked at log-in only, and who is in stays in.
async fn owned_database(session: &mut Session, name: &str, before: &Facts) -> Result<(), PostgresError> {
    let quoted = identifier(name);
    if before.oid.is_none() {
        // not template1: what somebody put there would be in every project
        let create =
            format!("create database {quoted} template template0 encoding 'UTF8' allow_connections false");
        session.run_unless(DATABASE, state::DUPLICATE_DATABASE, &create).await?;
    } else if !before.owned {
        session.run(DATABASE, &format!("alter database {quoted} owner to current_user")).await?;
    }
    let close = format!(
        "revoke all on database {quoted} from public; \
         alter database {quoted} with allow_connections true connection limit -1"
    );
    session.run(DATABASE, &close).await
}

/// Inside the project's database. The role may have dropped the schema, as its owner; it cannot make it again itself.
async fn schema(inside: &mut Session, name: &str) -> Result<Option<Repair>, PostgresError> {
    let is_right = facts::inside(inside, READING, name).await?.is_right();
    if is_right {
        return Ok(None);
    }
    let quoted = identifier(name);
    inside.run(SCHEMA, UNHURRIED).await?;
    let acts = format!(
        "create schema if not exists public; alter schema public owner to {quoted}; \
         revoke all on schema public from public"
    );
    inside.run(SCHEMA, &acts).await?;
    Ok(Some(Repair::Schema))
}
