//! A copy by the server itself: a new database with the files of another one.

use control_plane::ports::database_copies::CopySpec;
use control_plane::ports::postgres_host::PostgresError;
use model::DatabaseOid;
use sqlx::postgres::PgConnectOptions;

use super::lookup::{self, Found};
use super::{access, create, names, remove};
use crate::session::Session;
use crate::sql::identifier;

const DOING: &str = "copying the project's database";

/// The whole contract of `clone_database`. It runs to its end even if the caller stops waiting: the source is closed meanwhile, and
/// has to be opened again.
pub async fn database(
    admin: &PgConnectOptions,
    from: DatabaseOid,
    to: &CopySpec,
) -> Result<DatabaseOid, PostgresError> {
    names::refuse_other_names(DOING, &to.name)?;
    let (admin, to) = (admin.clone(), to.clone());
    let work = tokio::spawn(async move { whole(&admin, from, &to).await });
    work.await.unwrap_or_else(|error| Err(refused(format!("the task ended: {error}"))))
}

fn refused(reason: String) -> PostgresError {
    PostgresError::Refused { doing: DOING, reason }
}

async fn whole(
    admin: &PgConnectOptions,
    from: DatabaseOid,
    to: &CopySpec,
) -> Result<DatabaseOid, PostgresError> {
    let mut session = Session::open(admin, DOING).await?;
    let source = source(&mut session, from).await?;
    let name = to.name.to_string();
    session.lock(DOING, &source.name).await?;
    session.lock(DOING, &name).await?;
    let source = self::source(&mut session, from).await?; // as it is under the lock
    remove::database_and_role(&mut session, DOING, &to.name).await?;
    let copied = copy(&mut session, &source, &name).await;
    if source.accepts {
        reopen(admin, &source.name).await?;
    }
    copied?;
    create::complete(&mut session, to, "a copy for an operation").await?;
    let mut inside = Session::open(&admin.clone().database(&name), DOING).await?;
    reassign(&mut inside, to).await?;
    let found = lookup::by_name(&mut session, DOING, &name).await?;
    found.map(|found| found.oid).ok_or(PostgresError::Gone { doing: DOING, database: to.name.clone() })
}

async fn source(session: &mut Session, from: DatabaseOid) -> Result<Found, PostgresError> {
    let found = lookup::by_oid(session, DOING, from).await?;
    let found = found.ok_or_else(|| refused(format!("no database has the OID {}", from.get())))?;
    match found.parsed() {
        Some(_) => Ok(found),
        None => Err(refused(format!("{} is not a database of a project", found.name))),
    }
}

/// The server copies only a database without sessions.
async fn copy(session: &mut Session, source: &Found, name: &str) -> Result<(), PostgresError> {
    let strategy = strategy(session).await?;
    access::close(session, DOING, source).await?;
    session.unlimited();
    let create = format!(
        "create database {} template {} allow_connections false strategy {strategy}",
        identifier(name),
        identifier(&source.name)
    );
    let outcome = session.run(DOING, &create).await;
    session.limited();
    outcome
}

/// From 18 on the file system may share the files of both databases, which takes a second whatever the size. Before, the server
/// writes through its log, which spares other projects the checkpoints of a copy of files.
async fn strategy(session: &mut Session) -> Result<&'static str, PostgresError> {
    let query = sqlx::query(
        "select name from pg_settings where name = 'file_copy_method' and 'clone' = any(enumvals)",
    );
    let clones: Vec<(String,)> = session.rows(DOING, query).await?;
    if clones.is_empty() {
        return Ok("wal_log");
    }
    session.run(DOING, "set file_copy_method = clone").await?;
    Ok("file_copy")
}

/// On a connection of its own: that of the copy may be gone.
async fn reopen(admin: &PgConnectOptions, name: &str) -> Result<(), PostgresError> {
    let mut session = Session::open(admin, DOING).await?;
    let open = format!("alter database {} with allow_connections true", identifier(name));
    session.run(DOING, &open).await
}

/// Gives everything of the project's role to the owner of the copy, where it is another one.
async fn reassign(inside: &mut Session, to: &CopySpec) -> Result<(), PostgresError> {
    let query = sqlx::query(
        "select r.rolname::text from pg_namespace n join pg_roles r on r.oid = n.nspowner
         where n.nspname = 'public' and r.rolname like 'proj\\_%'",
    );
    let present: Vec<(String,)> = inside.rows(DOING, query).await?;
    let wanted = names::owner(to);
    match present.first() {
        Some((present,)) if *present != wanted => {
            let statement = format!("reassign owned by {} to {}", identifier(present), identifier(&wanted));
            inside.run(DOING, &statement).await
        }
        _ => Ok(()),
    }
}
