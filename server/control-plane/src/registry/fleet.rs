//! The row of the fleet.

use std::sync::{Arc, Mutex, PoisonError};

use model::{EdgePolicy, FleetEdge};
use serde_json::{Map, Value};
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
        self.concerns_all = true;
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

/// The fleet's policy beside the rows of projects. A value that cannot be read is the fault of no row: projects go on with the
/// last one that could be read, and only what needs the policy itself is refused.
#[derive(Debug, Clone, Default)]
pub(super) struct EdgeCache(Arc<Mutex<Option<FleetEdge>>>);

impl EdgeCache {
    /// The column's value. Where it cannot be read: the last one that could, else those of its fields that can.
    pub(super) fn of(&self, kept: Option<Value>) -> FleetEdge {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match edge(kept.clone()) {
            Ok(edge) => known.insert(edge).clone(),
            Err(_) => known.clone().unwrap_or_else(|| readable(kept.unwrap_or_default())),
        }
    }
}

/// Those fields that can be read, for example of a value that a newer program wrote.
fn readable(kept: Value) -> FleetEdge {
    let Value::Object(mut fields) = kept else { return FleetEdge::default() };
    let proxies = fields.remove("trusted_proxies").unwrap_or_default();
    let Some(Value::Object(policy)) = fields.remove("policy") else { return FleetEdge::default() };
    let readable = policy.into_iter().filter(|(name, value)| {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        serde_json::from_value::<EdgePolicy>(Value::Object(alone)).is_ok()
    });
    FleetEdge {
        policy: serde_json::from_value(Value::Object(readable.collect())).unwrap_or_default(),
        trusted_proxies: serde_json::from_value(proxies).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
