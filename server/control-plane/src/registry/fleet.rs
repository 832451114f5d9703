//! The row of the fleet.

use model::FleetEdge;
use serde_json::Value;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result};

impl Registry {
    /// The id of this fleet; constant for the lifetime of the registry.
    pub async fn fleet_id(&self) -> Result<Uuid> {
        sqlx::query_scalar!("select id from fleet")
            .fetch_one(&self.pool)
            .await
            .map_err(RegistryError::sql("reading the fleet's id"))
    }

    /// The edge policy of the fleet.
    pub async fn fleet_edge(&self) -> Result<FleetEdge> {
        let kept = sqlx::query_scalar!("select edge from fleet")
            .fetch_one(&self.pool)
            .await
            .map_err(RegistryError::sql("reading the fleet's edge policy"))?;
        edge(kept).map_err(|reason| RegistryError::Row { table: "fleet", id: "fleet".into(), reason })
    }
}

impl Change {
    /// Replaces the edge policy of the fleet.
    pub async fn set_fleet_edge(&mut self, edge: &FleetEdge) -> Result<()> {
        sqlx::query!("update fleet set edge = $1", serde_json::json!(edge))
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("writing the fleet's edge policy"))?;
        Ok(())
    }
}

/// Parses the column; `NULL` is the default policy.
pub(super) fn edge(kept: Option<Value>) -> std::result::Result<FleetEdge, String> {
    let read = |value| serde_json::from_value(value).map_err(|error| format!("fleet.edge: {error}"));
    kept.map_or_else(|| Ok(FleetEdge::default()), read)
}
