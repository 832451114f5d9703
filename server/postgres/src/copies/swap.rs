//! Exchanges the names of two databases.
//!
//! The names are exchanged in one transaction, so a crash leaves either both or none changed. All steps before and after it can be
//! repeated; which of them are left is decided by the OIDs.

use control_plane::ports::database_copies::Swap;
use control_plane::ports::postgres_host::PostgresError;
use model::DatabaseName;
use sqlx::postgres::PgConnectOptions;

use super::access;
use super::lookup::{self, Found};
use crate::session::Session;
use crate::sql::identifier;

const DOING: &str = "exchanging the project's database";
const REOPENING: &str = "opening the project's database";

/// The whole contract of `swap`.
pub async fn databases(admin: &PgConnectOptions, swap: &Swap) -> Result<(), PostgresError> {
    refuse_names(swap)?;
    let mut session = Session::open(admin, DOING).await?;
    session.lock(DOING, &swap.name.to_string()).await?;
    let none = || refused(format!("no database has the OID {}, which is to take its place", swap.next.get()));
    let next = lookup::by_oid(&mut session, DOING, swap.next).await?.ok_or_else(none)?;
    if next.name != swap.name.to_string() {
        session.lock(DOING, &next.name).await?;
        exchange(&mut session, swap, &next).await?;
    }
    complete(&mut session, swap).await
}

/// The whole contract of `reopen`.
pub async fn reopen(admin: &PgConnectOptions, name: &DatabaseName) -> Result<(), PostgresError> {
    let mut session = Session::open(admin, REOPENING).await?;
    session.lock(REOPENING, &name.to_string()).await?;
    match lookup::by_name(&mut session, REOPENING, &name.to_string()).await? {
        Some(_) => access::open_to_role(&mut session, REOPENING, name).await,
        None => Err(PostgresError::Gone { doing: REOPENING, database: name.clone() }),
    }
}

fn refused(reason: String) -> PostgresError {
    PostgresError::Refused { doing: DOING, reason }
}

fn refuse_names(swap: &Swap) -> Result<(), PostgresError> {
    let Swap { name, former, .. } = swap;
    if name.is_main() && !former.is_main() && name.project == former.project {
        return Ok(());
    }
    Err(refused(format!("{name} cannot give its place to another database and become {former}")))
}

/// Both databases are closed first: one with sessions cannot be renamed.
async fn exchange(session: &mut Session, swap: &Swap, next: &Found) -> Result<(), PostgresError> {
    let name = swap.name.to_string();
    if next.parsed().is_none_or(|parsed| parsed.project != swap.name.project) {
        return Err(refused(format!("{} is not a database of {name}'s project", next.name)));
    }
    let current = current(session, swap).await?;
    let former = swap.former.to_string();
    if lookup::by_name(session, DOING, &former).await?.is_some() {
        return Err(refused(format!("another database has the name {former}")));
    }
    access::close(session, DOING, next).await?;
    access::close(session, DOING, &current).await?;
    let (quoted, former) = (identifier(&name), identifier(&former));
    let renames = format!(
        "begin; alter database {quoted} rename to {former}; \
         alter database {} rename to {quoted}; commit",
        identifier(&next.name)
    );
    session.run(DOING, &renames).await
}

/// The database that gives its place, which must have the project's name.
async fn current(session: &mut Session, swap: &Swap) -> Result<Found, PostgresError> {
    match lookup::by_name(session, DOING, &swap.name.to_string()).await? {
        Some(found) if found.oid == swap.current => Ok(found),
        Some(found) => Err(PostgresError::Another {
            doing: DOING,
            database: swap.name.clone(),
            recorded: swap.current,
            found: found.oid,
        }),
        None => Err(PostgresError::Gone { doing: DOING, database: swap.name.clone() }),
    }
}

/// Rights after the exchange: the former database is closed before the new one is opened.
async fn complete(session: &mut Session, swap: &Swap) -> Result<(), PostgresError> {
    if let Some(found) = lookup::by_oid(session, DOING, swap.current).await?
        && found.name == swap.former.to_string()
    {
        access::close(session, DOING, &found).await?;
        let text = format!("{} until it was exchanged", swap.name);
        access::comment(session, DOING, &found.name, &text).await?;
    }
    access::open_to_role(session, DOING, &swap.name).await
}
