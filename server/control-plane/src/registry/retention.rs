//! What the registry does not keep for ever. The audit trail is: it has no end.

use super::{Registry, RegistryError, Result};

/// Rows that one statement removes, so that none holds its locks for long.
const BATCH: i64 = 1_000;
/// Operations of a project that stay however old they are.
const OPERATIONS: i64 = 200;

/// How many rows were removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RemovalCounts {
    /// Operations, with their steps.
    pub operations: u64,
    /// Idempotency keys of operations that stay.
    pub keys: u64,
    /// API tokens.
    pub tokens: u64,
    /// Setup links.
    pub setup_links: u64,
}

impl Registry {
    /// Removes what is past its time: operations that ended more than 90 days ago beyond the last 200 of their project,
    /// idempotency keys after 24 h, API tokens a week after they expired, setup links when they expired.
    pub async fn remove_past_retention(&self) -> Result<RemovalCounts> {
        let mut removed = RemovalCounts::default();
        loop {
            let operations = self.remove_operations().await?;
            removed.operations += operations;
            if operations < BATCH.unsigned_abs() {
                break;
            }
        }
        let doing = RegistryError::sql("removing what is past its retention");
        let keys = sqlx::query!(
            "update operations set idempotency_key = null, request_digest = null
             where idempotency_key is not null and requested_at < now() - interval '24 hours'
               and status not in ('waiting', 'running')"
        );
        removed.keys = keys.execute(&self.pool).await.map_err(&doing)?.rows_affected();
        let tokens = sqlx::query!("delete from api_tokens where expires_at < now() - interval '7 days'");
        removed.tokens = tokens.execute(&self.pool).await.map_err(&doing)?.rows_affected();
        let links = sqlx::query!("delete from setup_links where expires_at < now()");
        removed.setup_links = links.execute(&self.pool).await.map_err(&doing)?.rows_affected();
        Ok(removed)
    }

    async fn remove_operations(&self) -> Result<u64> {
        let done = sqlx::query!(
            "delete from operations where id in (
               select id from (
                 select id, coalesce(finished_at, requested_at) as ended_at,
                        row_number() over (partition by project_id order by id desc) as place
                 from operations where status not in ('waiting', 'running')
               ) over_ones
               where place > $1 and ended_at < now() - interval '90 days' limit $2)",
            OPERATIONS,
            BATCH
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("removing old operations"))?;
        Ok(done.rows_affected())
    }
}
