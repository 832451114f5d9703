//! The fleet itself.

use uuid::Uuid;

use super::{Registry, RegistryError, Result};

impl Registry {
    /// What tells this fleet from others; the same for as long as there is this registry.
    pub async fn fleet_id(&self) -> Result<Uuid> {
        sqlx::query_scalar!("select id from fleet")
            .fetch_one(&self.pool)
            .await
            .map_err(RegistryError::sql("reading the fleet's id"))
    }
}
