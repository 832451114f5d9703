//! Looking at everything, whatever hints came: each kind in a task of its own, so that one that hangs delays no other.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt as _;
use model::{Hint, ProjectId};
use tokio_util::sync::CancellationToken;

use super::healths::Healths;
use super::identities;
use super::workers::Workers;
use crate::goal::is_due;
use crate::registry::ProjectRecord;
use crate::snapshot::Rows;
use crate::tasks::Plan;
use crate::{Inner, Result, observe, retention};

/// Projects that are looked at side by side.
const SIDE_BY_SIDE: usize = 32;
/// A look at all projects that takes longer is ended; the next one begins anew.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// How long the first look at projects waits for the first look at the parts, so that it knows databases and routes.
const PARTS_FIRST: Duration = Duration::from_secs(5);
/// How often orphans are looked for when nobody asks.
const ORPHANS: Duration = Duration::from_secs(60);

/// How often sessions that have expired are removed.
const SESSIONS: Duration = Duration::from_secs(3600);

/// The task that looks at all projects. While it runs, the engine works.
pub(crate) const PROJECTS: &str = "projects";

/// Sweeps until `stop`.
pub(super) async fn run(inner: &Inner, workers: &Workers, stop: &CancellationToken) {
    let healths = Healths::default();
    let parts = observe::looks::names(inner);
    tokio::select! {
        _ = tokio::time::timeout(PARTS_FIRST, inner.tasks.ran(&parts)) => {}
        () = stop.cancelled() => return,
    }
    let (tasks, period) = (&inner.tasks, inner.settings.sweep);
    tokio::join!(
        tasks.keep(Plan::new(PROJECTS, period, DEADLINE), stop, || projects(inner, workers, &healths)),
        tasks.keep(Plan::new("healths", period, DEADLINE), stop, || healths.write(inner)),
        tasks.keep(Plan::new("identities", period, DEADLINE), stop, || identities::record(inner)),
        tasks.keep(Plan::new("certificates", period, DEADLINE), stop, || certificates(inner)),
        tasks.keep(Plan::new("orphans", ORPHANS, DEADLINE), stop, || orphans(inner)),
        tasks.keep(Plan::new("retention", retention::PERIOD, retention::DEADLINE), stop, || retention::run(
            inner
        )),
        tasks.keep(Plan::new("sessions", SESSIONS, DEADLINE), stop, || sessions(inner)),
    );
}

/// Looks at every project and wakes those that need work.
async fn projects(inner: &Inner, workers: &Workers, healths: &Healths) -> Result<()> {
    inner.registry.moved().all(); // a notification may have been missed
    let rows = inner.rows().await?;
    inner.observations.set_rows(rows.records.len(), rows.unreadable.len());
    for id in inner.registry.projects_with_open_operations().await? {
        workers.wake(&id, 0);
    }
    look_at_all(inner, workers, &rows).await;
    healths.see(rows.projects().map(|record| inner.present(record.clone())));
    // figures and the time of the look have moved: open pages show those of now, not those of when they were opened
    inner.live.send(Hint::Figures);
    Ok(())
}

async fn certificates(inner: &Inner) -> Result<()> {
    inner.look_at_certificates(&*inner.rows().await?).await;
    Ok(())
}

async fn orphans(inner: &Inner) -> Result<()> {
    inner.find_orphans().await?;
    Ok(())
}

async fn sessions(inner: &Inner) -> Result<()> {
    inner.registry.delete_expired_sessions().await?;
    Ok(())
}

async fn look_at_all(inner: &Inner, workers: &Workers, rows: &Rows) {
    futures::stream::iter(rows.projects())
        .for_each_concurrent(SIDE_BY_SIDE, |record| look(inner, workers, record))
        .await;
}

async fn look(inner: &Inner, workers: &Workers, record: &ProjectRecord) {
    inner.look(record).await;
    if is_due(record) || !inner.planned(record).is_empty() {
        workers.wake(&record.project.id, record.project.generation);
    }
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
