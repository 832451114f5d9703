//! Databases and roles as the catalogs have them.

use control_plane::ports::postgres_host::PostgresError;
use model::{ByteSize, DatabaseName, DatabaseOid};

use crate::session::Session;

/// A database of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub oid: DatabaseOid,
    pub name: String,
    /// Whether it takes connections.
    pub accepts: bool,
}

type Row = (i64, String, bool);

impl Found {
    fn of((oid, name, accepts): Row) -> Option<Self> {
        Some(Self { oid: DatabaseOid::new(u32::try_from(oid).ok()?), name, accepts })
    }

    /// Its name, if it is a database of a project.
    pub fn parsed(&self) -> Option<DatabaseName> {
        self.name.parse().ok()
    }
}

pub async fn by_name(
    session: &mut Session,
    doing: &'static str,
    name: &str,
) -> Result<Option<Found>, PostgresError> {
    let query =
        sqlx::query("select oid::int8, datname::text, datallowconn from pg_database where datname = $1");
    let rows: Vec<Row> = session.rows(doing, query.bind(name)).await?;
    Ok(rows.into_iter().next().and_then(Found::of))
}

pub async fn by_oid(
    session: &mut Session,
    doing: &'static str,
    oid: DatabaseOid,
) -> Result<Option<Found>, PostgresError> {
    let query =
        sqlx::query("select oid::int8, datname::text, datallowconn from pg_database where oid::int8 = $1");
    let rows: Vec<Row> = session.rows(doing, query.bind(i64::from(oid.get()))).await?;
    Ok(rows.into_iter().next().and_then(Found::of))
}

pub async fn size(
    session: &mut Session,
    doing: &'static str,
    oid: DatabaseOid,
) -> Result<Option<ByteSize>, PostgresError> {
    let query = sqlx::query("select pg_database_size(oid) from pg_database where oid::int8 = $1");
    let rows: Vec<(i64,)> = session.rows(doing, query.bind(i64::from(oid.get()))).await?;
    Ok(rows.first().and_then(|(bytes,)| ByteSize::try_from(*bytes).ok()))
}

/// Which of these roles do not exist.
pub async fn missing_roles(
    session: &mut Session,
    doing: &'static str,
    names: &[String],
) -> Result<Vec<String>, PostgresError> {
    let query = sqlx::query(
        "select name from unnest($1::text[]) name where not exists (select from pg_roles where rolname = name)",
    );
    let rows: Vec<(String,)> = session.rows(doing, query.bind(names)).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Whether a role bypasses row security; `false` if there is none.
pub async fn bypasses_row_security(
    session: &mut Session,
    doing: &'static str,
    role: &str,
) -> Result<bool, PostgresError> {
    let query = sqlx::query("select rolbypassrls from pg_roles where rolname = $1");
    let rows: Vec<(bool,)> = session.rows(doing, query.bind(role)).await?;
    Ok(rows.first().is_some_and(|(bypasses,)| *bypasses))
}

/// `server_version_num`.
pub async fn server_version(session: &mut Session, doing: &'static str) -> Result<u32, PostgresError> {
    let query = sqlx::query("select current_setting('server_version_num')::int8");
    let rows: Vec<(i64,)> = session.rows(doing, query).await?;
    Ok(rows.first().and_then(|(version,)| u32::try_from(*version).ok()).unwrap_or_default())
}

/// Scratch databases and log-in roles of such, by name.
pub async fn copies(session: &mut Session, doing: &'static str) -> Result<Vec<DatabaseName>, PostgresError> {
    let query = sqlx::query(
        "select datname::text as name from pg_database where datname like 'proj\\_%\\_r\\_%'
         union select rolname::text from pg_roles where rolname like 'proj\\_%\\_r\\_%' order by name",
    );
    let rows: Vec<(String,)> = session.rows(doing, query).await?;
    let names = rows.into_iter().filter_map(|(name,)| name.parse::<DatabaseName>().ok());
    Ok(names.filter(DatabaseName::is_scratch).collect())
}
