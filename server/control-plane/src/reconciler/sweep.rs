//! Looking at everything, whatever hints came: the parts in one question each, the projects side by side.

use std::collections::{BTreeSet, HashMap};

use futures::StreamExt as _;
use model::fleet::PartKind;
use model::{Health, Hint, Observed, ProjectId};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::plan::is_due;
use super::workers::Workers;
use crate::registry::ProjectRecord;
use crate::{Inner, Result};

/// Projects that are looked at side by side.
const SIDE_BY_SIDE: usize = 32;

/// Sweeps until `stop`.
pub(super) async fn run(inner: &Inner, workers: &Workers, stop: &CancellationToken) {
    let mut healths = HashMap::new();
    loop {
        tokio::select! {
            swept = sweep(inner, workers, &mut healths) => {
                if let Err(error) = swept {
                    tracing::warn!(error = %crate::chain(&error), "sweep");
                }
            }
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(inner.settings.sweep) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn sweep(inner: &Inner, workers: &Workers, healths: &mut HashMap<ProjectId, Health>) -> Result<()> {
    if look_at_parts(inner).await {
        inner.live.send(Hint::Fleet);
    }
    let (records, _) = inner.registry.projects().await?;
    for id in inner.registry.projects_with_open_operations().await? {
        workers.wake(&id, 0);
    }
    futures::stream::iter(&records)
        .for_each_concurrent(SIDE_BY_SIDE, |record| look(inner, workers, record))
        .await;
    for record in records {
        let project = inner.present(record);
        let health = project.health();
        if healths.insert(project.id.clone(), health) != Some(health) {
            inner.registry.report_health(&project.id, health, OffsetDateTime::now_utc()).await?;
        }
    }
    // figures and the time of the look have moved: open pages show those of now, not those of when they were opened
    inner.live.send(Hint::Fleet);
    Ok(())
}

async fn look(inner: &Inner, workers: &Workers, record: &ProjectRecord) {
    inner.look(record).await;
    let rests = record.project.status == model::ProjectStatus::Failed && !is_due(record);
    if !rests && (is_due(record) || !inner.planned(record).is_empty()) {
        workers.wake(&record.project.id, record.project.generation);
    }
}

/// Asks every part whether it is there, and what it holds. `true` when one went away or came back.
pub(super) async fn look_at_parts(inner: &Inner) -> bool {
    let (ports, look) = (&inner.ports, inner.observations.begin_look());
    let (driver, postgres, gateway, secrets) = tokio::join!(
        ports.driver.probe(),
        ports.postgres.probe(),
        ports.gateway.probe(),
        ports.secrets.probe()
    );
    let (databases, routes) = tokio::join!(ports.postgres.databases(), ports.gateway.read_back());
    inner.observations.end_look(
        look,
        databases.map_or(Observed::Unknown, Observed::Present),
        routes.map_or(Observed::Unknown, Observed::Present),
    );
    let seen = &inner.observations;
    let moved = [
        seen.set_part(PartKind::Postgres, postgres.map(|info| info.name)),
        seen.set_part(PartKind::Gateway, gateway.map(|info| info.name)),
        seen.set_part(PartKind::Driver, driver.map(|info| info.name)),
        seen.set_part(PartKind::Secrets, secrets),
    ];
    moved.contains(&true)
}

/// Every project that may need work: those with a row, and those whose delete was not reported as done.
pub(super) async fn all_ids(inner: &Inner) -> Result<BTreeSet<ProjectId>> {
    let (records, _) = inner.registry.projects().await?;
    let mut ids: BTreeSet<ProjectId> = records.into_iter().map(|record| record.project.id).collect();
    ids.extend(inner.registry.projects_with_open_operations().await?);
    Ok(ids)
}
