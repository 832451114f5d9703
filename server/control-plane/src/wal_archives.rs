//! Keeps the archives of write-ahead log: received, observed, with base backups, without what is no longer needed.

use std::collections::BTreeSet;
use std::time::Duration;

use model::OperationId;
use tokio_util::sync::CancellationToken;

use crate::tasks::Schedule;
use crate::wal_reports::observe;
use crate::{Inner, Result, backups};

/// Maximum duration of one run of a task.
const DEADLINE: Duration = Duration::from_secs(60);

/// Keeps all archives until `stop`.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let archives = &inner.ports.wal_archives;
    if archives.on().next().is_none() && archives.off().is_empty() {
        return;
    }
    let receivers = archives.on().map(|(_, archive)| archive.receive(stop));
    let observers = archives.on().map(|(name, archive)| {
        let schedule = Schedule::new(format!("write-ahead log {name}"), inner.settings.sweep, DEADLINE);
        inner.tasks.keep(schedule, stop, move || observe(inner, archive))
    });
    let tend = Schedule::new("write-ahead log retention", inner.settings.sweep, DEADLINE);
    tokio::join!(
        futures::future::join_all(receivers),
        futures::future::join_all(observers),
        inner.tasks.keep(tend, stop, || tend_all(inner)),
    );
}

async fn tend_all(inner: &Inner) -> Result<()> {
    release(inner).await;
    let open: BTreeSet<OperationId> = inner.registry.open_job_ids().await?.into_iter().collect();
    for (name, archive) in inner.ports.wal_archives.on() {
        archive.prune(&open).await?;
        if archive.base_is_due().await? {
            backups::base::open(inner, name).await?;
        }
    }
    Ok(())
}

/// Once, for servers whose archive was switched off. A server that does not answer is asked the next time.
async fn release(inner: &Inner) {
    if inner.wal_reports.are_released() {
        return;
    }
    let mut all = true;
    for archive in inner.ports.wal_archives.off() {
        if let Err(error) = archive.release().await {
            tracing::debug!(
                error = crate::chain(&error),
                "dropping the replication slot of a former archive"
            );
            all = false;
        }
    }
    inner.wal_reports.set_released(all);
}
