//! The periodic observation of everything, independent of hints. Each kind has a task of its own, so that one that hangs
//! delays no other.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt as _;
use model::{Hint, ProjectId};
use tokio_util::sync::CancellationToken;

use super::healths::Healths;
use super::identities;
use super::workers::Workers;
use crate::gateway::certificates;
use crate::goal::is_due;
use crate::registry::ProjectRecord;
use crate::schema_volumes::follow;
use crate::schemas::mirror;
use crate::snapshot::Rows;
use crate::tasks::Schedule;
use crate::webhooks::push;
use crate::{
    Inner, Result, alerts, backups, clones, deletes, drift, observe, orphans, retention, rollouts, snapshot,
    target,
};

/// Projects that are observed concurrently.
const SIDE_BY_SIDE: usize = 32;
/// Maximum duration of one run of a task; a longer one is dropped.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// How long the first observation of projects waits for the first observation of the parts, which includes databases and
/// routes.
const PARTS_FIRST: Duration = Duration::from_secs(5);
/// Interval of the search for orphans.
const ORPHANS: Duration = Duration::from_secs(60);
/// Interval of the search for schedules that are due.
const SCHEDULES: Duration = Duration::from_secs(15);
/// Interval of the look for what gives an alert.
const ALERTS: Duration = Duration::from_secs(15);
/// Maximum interval of moving delete requests on.
const REQUESTS: Duration = Duration::from_secs(2);
/// Interval of the removal of backups that no policy retains.
const RETAIN: Duration = Duration::from_secs(900);
/// Interval of the removal of expired sessions.
const SESSIONS: Duration = Duration::from_secs(3600);

/// The name of the task that observes all projects. Its runs show that the engine works.
pub(crate) const PROJECTS: &str = "projects";

/// Sweeps until `stop`.
pub(super) async fn run(inner: &Inner, workers: &Workers, stop: &CancellationToken) {
    let healths = Healths::default();
    let parts = observe::part_tasks::names(inner);
    tokio::select! {
        _ = tokio::time::timeout(PARTS_FIRST, inner.tasks.ran(&parts)) => {}
        () = stop.cancelled() => return,
    }
    let (tasks, period) = (&inner.tasks, inner.settings.sweep);
    tokio::join!(
        tasks.keep(Schedule::new(PROJECTS, period, DEADLINE), stop, || observe_projects(
            inner, workers, &healths
        )),
        tasks.keep(Schedule::new("healths", period, DEADLINE), stop, || healths.write(inner)),
        tasks.keep(Schedule::new("identities", period, DEADLINE), stop, || identities::record(inner)),
        tasks.keep(Schedule::new("certificates", period, DEADLINE), stop, || check_certificates(inner)),
        tasks.keep(Schedule::new("orphans", ORPHANS, DEADLINE), stop, || find_orphans(inner)),
        tasks.keep(Schedule::new("retention", retention::PERIOD, retention::DEADLINE), stop, || {
            retention::run(inner)
        }),
        tasks.keep(Schedule::new("delete requests", period.min(REQUESTS), DEADLINE), stop, || deletes::run(
            inner
        )),
        tasks.keep(Schedule::new("clones", period, DEADLINE), stop, || clones::expiry::run(inner)),
        tasks.keep(Schedule::new("alerts", ALERTS.min(period), DEADLINE), stop, || alerts::look(inner)),
        back_up(inner, stop),
        rollouts::run(inner, stop),
        schema_files(inner, stop),
        drift::checks::run(inner, stop),
        tasks.keep(Schedule::new("webhooks", push::PERIOD, push::DEADLINE), stop, || push::run(inner)),
        tasks.keep(Schedule::new("sessions", SESSIONS, DEADLINE), stop, || delete_expired_sessions(inner)),
    );
}

/// Begins, completes and removes backups.
async fn back_up(inner: &Inner, stop: &CancellationToken) {
    let (tasks, period) = (&inner.tasks, inner.settings.sweep);
    tokio::join!(
        tasks.keep(Schedule::new("backups", period, DEADLINE), stop, || backups::fleet::tidy_with_projects(
            inner
        )),
        tasks.keep(Schedule::new("backup schedules", SCHEDULES, DEADLINE), stop, || {
            backups::fleet::begin_due_with_projects(inner)
        }),
        tasks.keep(Schedule::new("backup retention", RETAIN, retention::DEADLINE), stop, || {
            backups::fleet::retain_with_projects(inner)
        }),
    );
}

/// Observes every project and wakes the workers of those that need work.
async fn observe_projects(inner: &Inner, workers: &Workers, healths: &Healths) -> Result<()> {
    inner.registry.changed_rows().all(); // a notification may have been missed
    let rows = snapshot::rows(inner).await?;
    inner.observations.set_rows(rows.records.len(), rows.unreadable.len());
    for id in inner.registry.projects_with_open_operations().await? {
        workers.wake(&id, 0);
    }
    observe_all(inner, workers, &rows).await;
    healths.see(&inner.presented.refresh(inner, &rows));
    // figures and the time of the observation have changed: open pages read them again
    inner.live.send(Hint::Figures);
    Ok(())
}

async fn check_certificates(inner: &Inner) -> Result<()> {
    certificates::check(inner, &*snapshot::rows(inner).await?).await;
    Ok(())
}

async fn find_orphans(inner: &Inner) -> Result<()> {
    orphans::find(inner).await?;
    Ok(())
}

async fn delete_expired_sessions(inner: &Inner) -> Result<()> {
    inner.registry.delete_expired_sessions().await?;
    Ok(())
}

async fn observe_all(inner: &Inner, workers: &Workers, rows: &Rows) {
    futures::stream::iter(rows.projects())
        .for_each_concurrent(SIDE_BY_SIDE, |record| observe_project(inner, workers, record))
        .await;
}

async fn observe_project(inner: &Inner, workers: &Workers, record: &ProjectRecord) {
    // of a stopped project everything answers at once: without this, thousands of them would keep a thread from requests
    tokio::task::yield_now().await;
    observe::project(inner, record).await;
    if is_due(record) || !target::planned(inner, record).is_empty() {
        workers.wake(&record.project.id, record.project.generation);
    }
}

/// Wakes every project with `generation > observed_generation`, for example edits made while LISTEN was disconnected.
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

/// Follows the schema files of development, and fills the mirror if there is one, until `stop`.
async fn schema_files(inner: &Inner, stop: &CancellationToken) {
    let (followed, mirrored) = (follow::Follower::default(), mirror::MirroredFiles::default());
    let following = Schedule::new(follow::NAME, follow::PERIOD, follow::DEADLINE);
    let mirroring = Schedule::new(mirror::NAME, inner.settings.sweep.min(mirror::PERIOD), mirror::DEADLINE);
    let fill = async {
        if inner.ports.mirror.is_some() {
            inner.tasks.keep(mirroring, stop, || mirrored.run(inner)).await;
        }
    };
    tokio::join!(inner.tasks.keep(following, stop, || followed.run(inner)), fill);
}
