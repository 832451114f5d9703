//! The row of the fleet.

use std::sync::{Arc, Mutex, PoisonError};

use model::{EdgePolicy, FleetEdge};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result};

/// The edge policy of the fleet, with what an edit of it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetPolicy {
    /// The policy.
    pub edge: FleetEdge,
    /// Counts its changes. An edit names the one that it was made from.
    pub generation: i64,
}

/// The edge policy of the fleet under the lock of its row.
#[derive(Debug)]
pub(crate) struct LockedPolicy {
    /// The policy; `None` where it cannot be read.
    pub(crate) edge: Option<FleetEdge>,
    /// Its generation.
    pub(crate) generation: i64,
}

impl Registry {
    /// The id of this fleet; constant for the lifetime of the registry.
    pub async fn fleet_id(&self) -> Result<Uuid> {
        sqlx::query_scalar!("select id from fleet")
            .fetch_one(&self.pool)
            .await
            .map_err(RegistryError::sql("reading the fleet's id"))
    }

    /// The edge policy of the fleet.
    pub async fn fleet_policy(&self) -> Result<FleetPolicy> {
        let row = sqlx::query!("select edge, edge_generation from fleet")
            .fetch_one(&self.pool)
            .await
            .map_err(RegistryError::sql("reading the fleet's edge policy"))?;
        let unreadable = |reason| RegistryError::Row { table: "fleet", id: "fleet".into(), reason };
        Ok(FleetPolicy { edge: edge(row.edge).map_err(unreadable)?, generation: row.edge_generation })
    }
}

impl Change {
    /// Locks the edge policy of the fleet for the rest of the change and reads it.
    pub(crate) async fn lock_fleet_policy(&mut self) -> Result<LockedPolicy> {
        let row = sqlx::query!("select edge, edge_generation from fleet for update")
            .fetch_one(self.connection())
            .await
            .map_err(RegistryError::sql("locking the fleet's edge policy"))?;
        Ok(LockedPolicy { edge: edge(row.edge).ok(), generation: row.edge_generation })
    }

    /// Replaces the edge policy of the fleet and returns its generation.
    pub(crate) async fn set_fleet_edge(&mut self, edge: &FleetEdge) -> Result<i64> {
        self.concerns_all = true;
        sqlx::query_scalar!("update fleet set edge = $1 returning edge_generation", serde_json::json!(edge))
            .fetch_one(self.connection())
            .await
            .map_err(RegistryError::sql("writing the fleet's edge policy"))
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
