//! Looking at everything, whatever hints came: the parts in one question each, the projects side by side.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::StreamExt as _;
use model::fleet::PartKind;
use model::state::DatabaseSeen;
use model::{DatabaseName, Finding, Health, Hint, Observed, ProjectId, Weight};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::plan::is_due;
use super::workers::Workers;
use crate::observe::{Databases, PartSaid};
use crate::ports::postgres_host::{DatabaseHost, PostgresError, PostgresInfo};
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
    tokio::join!(look_at_all(inner, workers, &records), inner.keep_orphans_known());
    inner.publisher.compare();
    inner.look_at_certificates(&records).await;
    for record in records {
        let project = inner.present(record);
        let health = project.health();
        if healths.insert(project.id.clone(), health) != Some(health) {
            inner.reports().health(&project.id, health, OffsetDateTime::now_utc()).await?;
        }
    }
    // figures and the time of the look have moved: open pages show those of now, not those of when they were opened
    inner.live.send(Hint::Fleet);
    Ok(())
}

async fn look_at_all(inner: &Inner, workers: &Workers, records: &[ProjectRecord]) {
    futures::stream::iter(records)
        .for_each_concurrent(SIDE_BY_SIDE, |record| look(inner, workers, record))
        .await;
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
    let (servers, driver, gateway, secrets, routes) = tokio::join!(
        futures::future::join_all(ports.postgres.all().iter().map(look_at_server)),
        ports.driver.probe(),
        ports.gateway.probe(),
        ports.secrets.probe(),
        ports.gateway.read_back()
    );
    let mut databases = Databases::new();
    let mut moved = Vec::new();
    for (host, said, held) in servers {
        databases.insert(host.name.clone(), held.map_or(Observed::Unknown, Observed::Present));
        moved.push(note_server(inner, host, said));
    }
    inner.observations.end_look(look, databases, routes.map_or(Observed::Unknown, Observed::Present));
    let seen = &inner.observations;
    if let Ok(info) = &gateway {
        seen.set_limits_rates(info.limits_rates);
    }
    moved.extend([
        seen.set_part(
            PartKind::Gateway,
            None,
            gateway.map(|info| PartSaid { name: info.name, missing: info.missing }),
        ),
        seen.set_part(
            PartKind::Driver,
            None,
            driver.map(|info| PartSaid { name: info.name, missing: info.missing }),
        ),
        seen.set_part(PartKind::Secrets, None, secrets.map(PartSaid::from)),
    ]);
    moved.contains(&true)
}

type Held = Result<BTreeMap<DatabaseName, DatabaseSeen>, PostgresError>;

/// What one database server says of itself, and what it holds.
async fn look_at_server(host: &DatabaseHost) -> (&DatabaseHost, Result<PostgresInfo, PostgresError>, Held) {
    let (said, held) = tokio::join!(host.host.probe(), host.host.databases());
    (host, said, held)
}

/// Keeps what a database server said. `true` when it went away or came back.
fn note_server(inner: &Inner, host: &DatabaseHost, said: Result<PostgresInfo, PostgresError>) -> bool {
    if let Ok(info) = &said {
        inner.note_info(host, info);
    }
    let server = inner.ports.postgres.are_several().then_some(&host.name);
    let said = said.map(|info| {
        let tells = |finding: &Finding| finding.weight != Weight::Asked;
        let missing = info.findings.into_iter().filter(tells).map(|finding| finding.text).collect();
        PartSaid { name: info.name, missing }
    });
    inner.observations.set_part(PartKind::Postgres, server, said)
}

/// Wakes those for whom something was asked that was not reached yet: who asked while nobody listened.
pub(super) async fn wake_due(inner: &Inner, workers: &Workers) -> Result<()> {
    let (records, _) = inner.registry.projects().await?;
    for record in records.iter().filter(|record| is_due(record)) {
        workers.wake(&record.project.id, record.project.generation);
    }
    Ok(())
}

/// Every project that may need work: those with a row, and those whose delete was not reported as done.
pub(super) async fn all_ids(inner: &Inner) -> Result<BTreeSet<ProjectId>> {
    let (records, _) = inner.registry.projects().await?;
    let mut ids: BTreeSet<ProjectId> = records.into_iter().map(|record| record.project.id).collect();
    ids.extend(inner.registry.projects_with_open_operations().await?);
    Ok(ids)
}
