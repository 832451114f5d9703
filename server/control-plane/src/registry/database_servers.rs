//! What is given to projects of each database server's connections.

use std::collections::BTreeMap;

use model::ProjectId;
use model::budget::SPARE_CONNECTIONS;
use sqlx::PgExecutor;

use super::{Change, Registry, RegistryError, Result};

/// Connections by the name of their server.
pub type AllocatedConnections = BTreeMap<String, u32>;

impl Registry {
    /// The sum of the projects' limits on each server, stopped and unreadable ones included.
    pub async fn given_connections(&self) -> Result<AllocatedConnections> {
        given(&self.pool, None).await
    }
}

impl Change {
    /// Connections are given out one change at a time, so that two at once never take the same ones.
    pub async fn lock_connections(&mut self) -> Result<()> {
        sqlx::query("select pg_advisory_xact_lock(4061, 2)")
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("taking connections"))?;
        Ok(())
    }

    /// The sum of the limits of all projects but one on each server.
    pub async fn given_to_others(&mut self, but: &ProjectId) -> Result<AllocatedConnections> {
        given(self.connection(), Some(but)).await
    }
}

async fn given(executor: impl PgExecutor<'_>, but: Option<&ProjectId>) -> Result<AllocatedConnections> {
    let rows = sqlx::query!(
        r#"select database_server, sum(pool_size + $1)::bigint as "given!"
           from projects where id is distinct from $2 group by database_server"#,
        i32::try_from(SPARE_CONNECTIONS).unwrap_or(i32::MAX),
        but.map(ProjectId::as_str),
    )
    .fetch_all(executor)
    .await
    .map_err(RegistryError::sql("summing up connections"))?;
    let sum = |given: i64| u32::try_from(given).unwrap_or(u32::MAX);
    Ok(rows.into_iter().map(|row| (row.database_server, sum(row.given))).collect())
}
