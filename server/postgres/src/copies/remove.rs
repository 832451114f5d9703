//! Removes databases: copies by their names, and others by a permit.

use control_plane::ports::database_copies::DropPermit;
use control_plane::ports::postgres_host::PostgresError;
use model::{DatabaseName, DatabaseRole};
use sqlx::postgres::PgConnectOptions;

use super::{access, lookup, names};
use crate::session::{Session, state};
use crate::sql::identifier;

const REMOVING: &str = "removing a copy of a database";
const DROPPING: &str = "dropping a database";

/// The whole contract of `remove_copy`.
pub async fn copy(admin: &PgConnectOptions, name: &DatabaseName) -> Result<(), PostgresError> {
    names::refuse_other_names(REMOVING, name)?;
    let mut session = Session::open(admin, REMOVING).await?;
    session.lock(REMOVING, &name.to_string()).await?;
    database_and_role(&mut session, REMOVING, name).await
}

/// Drops database and role of a copy, under its lock. An interrupted `DROP DATABASE` leaves an invalid database
/// (`datconnlimit` = -2), which only another drop accepts, so nothing else is done to it.
pub async fn database_and_role(
    session: &mut Session,
    doing: &'static str,
    name: &DatabaseName,
) -> Result<(), PostgresError> {
    names::refuse_other_names(doing, name)?;
    let name = name.to_string();
    if let Some(found) = lookup::by_name(session, doing, &name).await? {
        drop_database(session, doing, &found).await?;
    }
    session.run(doing, &format!("drop role if exists {}", identifier(&name))).await
}

/// The whole contract of `drop_database`.
pub async fn permitted(admin: &PgConnectOptions, permit: &DropPermit) -> Result<(), PostgresError> {
    let name = permit.database().to_string();
    let mut session = Session::open(admin, DROPPING).await?;
    session.lock(DROPPING, &name).await?;
    let Some(found) = lookup::by_oid(&mut session, DROPPING, permit.oid()).await? else {
        return drop_role_of_deleted(&mut session, permit.database()).await;
    };
    if found.name != name || permit.database().is_main() {
        let reason = format!("the database with OID {} is {}, not {name}", found.oid.get(), found.name);
        return Err(PostgresError::Refused { doing: DROPPING, reason });
    }
    drop_database(&mut session, DROPPING, &found).await?;
    drop_role_of_deleted(&mut session, permit.database()).await
}

/// Drops the role of a deleted project with its last database. A role that owns another database stays.
async fn drop_role_of_deleted(session: &mut Session, name: &DatabaseName) -> Result<(), PostgresError> {
    if !matches!(name.role, DatabaseRole::Trash(_)) {
        return Ok(());
    }
    let role = DatabaseName::main(name.project.clone()).to_string();
    let drop = format!("drop role if exists {}", identifier(&role));
    session.run_unless(DROPPING, state::DEPENDENT_OBJECTS, &drop).await?;
    Ok(())
}

/// Sessions are ended first, because `FORCE` gives up after five seconds.
async fn drop_database(
    session: &mut Session,
    doing: &'static str,
    found: &lookup::Found,
) -> Result<(), PostgresError> {
    access::end_sessions(session, doing, found.oid).await?;
    session.unlimited(); // the files of a large database
    let drop = format!("drop database if exists {} with (force)", identifier(&found.name));
    let outcome = session.run(doing, &drop).await;
    session.limited();
    outcome
}
