//! The task that removes clones that have expired, and new projects whose job ended without giving them data.

use model::{Actor, OperationKind};

use crate::backups::fill::remove_abandoned;
use crate::operations::{self, Opening};
use crate::projects::locked::{lock, not_being_deleted};
use crate::{Inner, OpContext, Result};

/// Requests the delete of each. A project that cannot be deleted now is tried again the next time.
pub(crate) async fn run(inner: &Inner) -> Result<()> {
    let op = OpContext::platform(Actor::Schedule);
    for id in inner.registry.abandoned_projects().await? {
        tracing::info!(project.id = %id, "removing a new project that got no data");
        if let Err(error) = remove_abandoned(inner, &op, &id).await {
            tracing::warn!(project.id = %id, error = %crate::chain(&error), "removing a new project without data");
        }
    }
    for id in inner.registry.expired_clones().await? {
        tracing::info!(project.id = %id, "removing a clone that has expired");
        if let Err(error) = remove(inner, &op, &id).await {
            tracing::warn!(project.id = %id, error = %crate::chain(&error), "removing an expired clone");
        }
    }
    Ok(())
}

async fn remove(inner: &Inner, op: &OpContext, id: &model::ProjectId) -> Result<()> {
    let (change, record) = lock(inner.registry.change_of(op, id).await?, id).await?;
    let mut change = not_being_deleted(inner, change, &record).await?;
    let generation = change.request_delete(id).await?;
    let facts = vec![("expired", serde_json::json!(true))];
    let opening = Opening { project: id, kind: OperationKind::Delete, generation, key: None, facts };
    operations::open(inner, change, opening).await.map(drop)
}
