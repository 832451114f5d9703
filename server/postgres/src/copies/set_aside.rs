//! Takes a project's database out of use under another name, and brings it back.

use control_plane::ports::postgres_host::PostgresError;
use model::{ByteSize, DatabaseName, DatabaseOid};
use sqlx::postgres::PgConnectOptions;

use super::access;
use super::lookup::{self, Found};
use crate::session::Session;
use crate::sql::identifier;

const ASIDE: &str = "setting the project's database aside";
const BESIDE: &str = "keeping a side database";
const BACK: &str = "bringing the project's database back";

/// The whole contract of `set_aside`.
pub async fn database(
    admin: &PgConnectOptions,
    oid: DatabaseOid,
    name: &DatabaseName,
) -> Result<Option<ByteSize>, PostgresError> {
    if name.is_main() || name.is_scratch() {
        let reason = format!("{name} is not the name of a database that was set aside");
        return Err(PostgresError::Refused { doing: ASIDE, reason });
    }
    let mut session = Session::open(admin, ASIDE).await?;
    lock(&mut session, ASIDE, name).await?;
    let Some(found) = lookup::by_oid(&mut session, ASIDE, oid).await? else { return Ok(None) };
    refuse_foreign(ASIDE, &found, name)?;
    refuse_occupied(&mut session, ASIDE, oid, name).await?;
    access::close(&mut session, ASIDE, &found).await?;
    rename(&mut session, ASIDE, &found, name).await?;
    access::comment(
        &mut session,
        ASIDE,
        &name.to_string(),
        &format!("{} until it was set aside", found.name),
    )
    .await?;
    lookup::size(&mut session, ASIDE, oid).await
}

/// The whole contract of `bring_back`.
pub async fn bring_back(
    admin: &PgConnectOptions,
    oid: DatabaseOid,
    name: &DatabaseName,
) -> Result<(), PostgresError> {
    if !name.is_main() {
        let reason = format!("{name} is not the name of a project's database");
        return Err(PostgresError::Refused { doing: BACK, reason });
    }
    let mut session = Session::open(admin, BACK).await?;
    lock(&mut session, BACK, name).await?;
    let gone = || PostgresError::Gone { doing: BACK, database: name.clone() };
    let found = lookup::by_oid(&mut session, BACK, oid).await?.ok_or_else(gone)?;
    refuse_foreign(BACK, &found, name)?;
    refuse_occupied(&mut session, BACK, oid, name).await?;
    if found.name != name.to_string() {
        access::close(&mut session, BACK, &found).await?;
        rename(&mut session, BACK, &found, name).await?;
    }
    access::open_to_role(&mut session, BACK, name).await
}

/// The whole contract of `keep_beside`.
pub async fn beside(
    admin: &PgConnectOptions,
    oid: DatabaseOid,
    name: &DatabaseName,
) -> Result<Option<ByteSize>, PostgresError> {
    if !name.is_side() {
        let reason = format!("{name} is not the name of a side database");
        return Err(PostgresError::Refused { doing: BESIDE, reason });
    }
    let mut session = Session::open(admin, BESIDE).await?;
    lock(&mut session, BESIDE, name).await?;
    let gone = || PostgresError::Gone { doing: BESIDE, database: name.clone() };
    let found = lookup::by_oid(&mut session, BESIDE, oid).await?.ok_or_else(gone)?;
    refuse_foreign(BESIDE, &found, name)?;
    refuse_occupied(&mut session, BESIDE, oid, name).await?;
    if found.name != name.to_string() {
        access::close(&mut session, BESIDE, &found).await?;
        rename(&mut session, BESIDE, &found, name).await?;
    }
    let owner = DatabaseName::main(name.project.clone()).to_string();
    access::open_database(&mut session, BESIDE, &name.to_string(), &owner).await?;
    access::comment(&mut session, BESIDE, &name.to_string(), "single tables of a backup").await?;
    lookup::size(&mut session, BESIDE, oid).await
}

/// The locks of the project's main name and of the name of the set-aside database, always in this order.
async fn lock(session: &mut Session, doing: &'static str, name: &DatabaseName) -> Result<(), PostgresError> {
    session.lock(doing, &DatabaseName::main(name.project.clone()).to_string()).await?;
    session.lock(doing, &name.to_string()).await
}

/// Only databases of the same project get one of its names.
fn refuse_foreign(doing: &'static str, found: &Found, name: &DatabaseName) -> Result<(), PostgresError> {
    match found.parsed() {
        Some(parsed) if parsed.project == name.project => Ok(()),
        _ => {
            let reason = format!("{} is not a database of the project {}", found.name, name.project);
            Err(PostgresError::Refused { doing, reason })
        }
    }
}

async fn refuse_occupied(
    session: &mut Session,
    doing: &'static str,
    oid: DatabaseOid,
    name: &DatabaseName,
) -> Result<(), PostgresError> {
    match lookup::by_name(session, doing, &name.to_string()).await? {
        Some(found) if found.oid != oid => {
            Err(PostgresError::Another { doing, database: name.clone(), recorded: oid, found: found.oid })
        }
        _ => Ok(()),
    }
}

async fn rename(
    session: &mut Session,
    doing: &'static str,
    found: &Found,
    name: &DatabaseName,
) -> Result<(), PostgresError> {
    let name = name.to_string();
    if found.name == name {
        return Ok(());
    }
    let rename = format!("alter database {} rename to {}", identifier(&found.name), identifier(&name));
    session.run(doing, &rename).await
}
