//! Ending the use of a database that is kept.

use std::time::Duration;

use control_plane::ports::postgres_host::PostgresError;
use model::{ByteSize, DatabaseName};
use sqlx::postgres::PgConnectOptions;
use tokio::time::Instant;

use crate::session::{Session, state};
use crate::sql::identifier;

const DOING: &str = "ending the use of the project's database";
/// How long the connections may take to end; a session that is deep in a system call ends later.
const LIMIT: Duration = Duration::from_secs(10);

/// The whole contract of `retain_database`.
pub async fn database(
    admin: &PgConnectOptions,
    name: &DatabaseName,
) -> Result<Option<ByteSize>, PostgresError> {
    let name = name.to_string();
    let mut session = Session::open(admin, DOING).await?;
    session.lock(DOING, &name).await?;
    let no_login = format!("alter role {} nologin", identifier(&name));
    session.run_unless(DOING, state::NO_SUCH_OBJECT, &no_login).await?;
    close_connections(&mut session, &name).await?;
    let size = sqlx::query("select pg_database_size(oid) from pg_database where datname = $1");
    let size: Vec<(i64,)> = session.rows(DOING, size.bind(&name)).await?;
    Ok(size.first().and_then(|(bytes,)| ByteSize::try_from(*bytes).ok()))
}

/// Ends the role's connections until there are none: one that was being made while the role could still log in shows
/// up late.
async fn close_connections(session: &mut Session, role: &str) -> Result<(), PostgresError> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let open =
            sqlx::query("select pg_terminate_backend(pid, 1000) from pg_stat_activity where usename = $1");
        let open: Vec<(bool,)> = session.rows(DOING, open.bind(role)).await?;
        if open.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            let reason = format!("{} connections did not end within {} s", open.len(), LIMIT.as_secs());
            return Err(PostgresError::Away { doing: DOING, reason });
        }
    }
}
