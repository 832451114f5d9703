//! Changes of single columns of a project's database.

use control_plane::ports::postgres_host::PostgresError;
use model::{DatabaseName, DatabaseOid};
use sqlx::postgres::PgConnectOptions;

use super::lookup;
use crate::session::Session;
use crate::sql::identifier;

const DOING: &str = "freeing a column";

/// The whole contract of `drop_not_null`.
pub async fn drop_not_null(
    admin: &PgConnectOptions,
    database: &DatabaseName,
    oid: Option<DatabaseOid>,
    columns: &[(String, String)],
) -> Result<(), PostgresError> {
    let name = database.to_string();
    let mut session = Session::open(admin, DOING).await?;
    let found = lookup::by_name(&mut session, DOING, &name).await?.map(|found| found.oid);
    let gone = || PostgresError::Gone { doing: DOING, database: database.clone() };
    let found = found.ok_or_else(gone)?;
    if let Some(recorded) = oid.filter(|recorded| *recorded != found) {
        return Err(PostgresError::Another { doing: DOING, database: database.clone(), recorded, found });
    }
    let mut session = Session::open(&admin.clone().database(&name), DOING).await?;
    session.run(DOING, "set lock_timeout = '3s'").await?;
    for (table, column) in columns {
        if is_not_null(&mut session, table, column).await? {
            let (table, column) = (identifier(table), identifier(column));
            let alter = format!("alter table public.{table} alter column {column} drop not null");
            session.run(DOING, &alter).await?;
        }
    }
    Ok(())
}

async fn is_not_null(session: &mut Session, table: &str, column: &str) -> Result<bool, PostgresError> {
    let query = sqlx::query(
        "select true from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relname = $1 and a.attname = $2 and a.attnotnull and not a.attisdropped",
    );
    let rows: Vec<(bool,)> = session.rows(DOING, query.bind(table).bind(column)).await?;
    Ok(!rows.is_empty())
}
