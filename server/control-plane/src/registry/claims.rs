//! Claims on a project id between making a project and removing what an earlier one of that id left behind. They are locks
//! of the registry, so they hold between all control planes that share it.

use model::ProjectId;
use sqlx::{ConnectOptions as _, PgConnection};

use super::{Change, Registry, RegistryError, Result};

/// Keeps an id from being made for as long as it is not dropped.
#[derive(Debug)]
pub struct RemovalClaim(#[expect(dead_code, reason = "held, never used")] PgConnection);

impl Registry {
    /// Claims the id for a removal, on a connection of its own. `None` while a project of this id is made, or its orphan
    /// removed already.
    pub async fn claim_removal(&self, id: &ProjectId) -> Result<Option<RemovalClaim>> {
        let doing = RegistryError::sql("claiming an id");
        let mut connection = self.options.connect().await.map_err(&doing)?;
        let had: bool = sqlx::query_scalar("select pg_try_advisory_lock(4062, hashtext($1))")
            .bind(id.as_str())
            .fetch_one(&mut connection)
            .await
            .map_err(&doing)?;
        Ok(had.then_some(RemovalClaim(connection)))
    }
}

impl Change {
    /// Claims the id for a project that this change makes; several changes may. `false` while what is left behind there is
    /// removed.
    pub async fn claim_id(&mut self, id: &ProjectId) -> Result<bool> {
        sqlx::query_scalar("select pg_try_advisory_xact_lock_shared(4062, hashtext($1))")
            .bind(id.as_str())
            .fetch_one(self.connection())
            .await
            .map_err(RegistryError::sql("claiming an id"))
    }
}
