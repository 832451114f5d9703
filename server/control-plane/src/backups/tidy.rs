//! What jobs of backups leave behind when they are killed or given up, and what is due to be dropped.

use std::collections::BTreeSet;

use model::{Action, Actor, DatabaseName, InstanceRole, OperationKind, ProjectId};

use super::boot;
use super::drops::open_drop;
use crate::registry::{Change, Event};
use crate::{Inner, OpContext, Result};

/// Marks backups whose job is over without an archive as failed, removes copies and instances of operations that are over, and opens
/// the drop of databases whose retention is over.
pub(crate) async fn run(inner: &Inner) -> Result<()> {
    inner.registry.reports(inner.term).fail_abandoned_backups().await?;
    remove_copies(inner).await;
    remove_rehearsals(inner).await?;
    drop_expired(inner).await
}

/// A server that does not answer is looked at the next time.
async fn remove_copies(inner: &Inner) {
    for server in inner.ports.postgres.all() {
        let Ok(copies) = server.copies.copies().await else { continue };
        if copies.is_empty() {
            continue;
        }
        // read after the copies: a copy that was made since is not in the list
        let Ok(open) = inner.registry.open_job_ids().await else { continue };
        for copy in copies {
            let kept: BTreeSet<DatabaseName> =
                open.iter().map(|job| DatabaseName::scratch(copy.project.clone(), *job)).collect();
            if kept.contains(&copy) {
                continue;
            }
            tracing::info!(database.name = %copy, "removing the copy of an operation that is over");
            if let Err(error) = server.copies.remove_copy(&copy).await {
                tracing::warn!(database.name = %copy, error = %crate::chain(&error), "removing a copy");
            }
        }
    }
}

/// Instances that an operation started beside that of a project.
async fn remove_rehearsals(inner: &Inner) -> Result<()> {
    let listed = inner.ports.driver.list().await?;
    let mut rehearsals = listed.into_iter().filter_map(|(key, _)| match key.role {
        InstanceRole::Rehearsal(operation) => Some((key, operation)),
        InstanceRole::Main => None,
    });
    let Some(first) = rehearsals.next() else { return Ok(()) };
    // read after the list: an instance that was started since is not in it
    let open = inner.registry.open_job_ids().await?;
    for (key, _) in
        std::iter::once(first).chain(rehearsals).filter(|(_, operation)| !open.contains(operation))
    {
        tracing::info!(instance = %key, "removing the instance of an operation that is over");
        boot::remove(inner, &key).await?;
    }
    Ok(())
}

/// Whether a database of the project is dropped at this moment, or the project brought back.
async fn is_moving(change: &mut Change, id: &ProjectId) -> Result<bool> {
    for kind in [OperationKind::DatabaseDrop, OperationKind::ProjectUndelete] {
        if change.open_job_on(id, Some(kind)).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn drop_expired(inner: &Inner) -> Result<()> {
    let now = time::OffsetDateTime::now_utc();
    for row in inner.registry.set_aside_databases(None).await? {
        if row.drop_after > now {
            continue;
        }
        let op = OpContext::platform(Actor::Schedule);
        let mut change = inner.registry.change(&op).await?;
        let is_there = change.lock_set_aside(&row.database_server, row.oid).await?;
        if !is_there || is_moving(&mut change, &row.project_id).await? {
            continue;
        }
        // refused while the project is being deleted or restored: the next time
        let (id, server) = (&row.project_id, &row.database_server);
        let opened = open_drop(&mut change, id, server, row.oid, row.operation_id).await;
        let Ok(operation) = opened else { continue };
        let detail = serde_json::json!({"database": row.name.to_string(), "operation": operation.id});
        change
            .commit(Event { project: Some(&row.project_id), action: Action::DatabaseDrop.into(), detail })
            .await?;
    }
    Ok(())
}
