//! The checks: cheap levels from the last observation, and the levels of the catalog, which ask database and instance.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures::{FutureExt as _, StreamExt as _};
use model::ProjectId;
use tokio_util::sync::CancellationToken;

use super::findings::{self, Checked};
use super::subject::{Subject, baselines};
use super::{ahead, catalog};
use crate::settings::DriftIntervals;
use crate::tasks::Schedule;
use crate::{Inner, Result, observe, snapshot};

/// Projects whose catalog is read at the same time.
const SIDE_BY_SIDE: usize = 4;
/// Time in which several reasons to check a project become one check.
const SETTLE: Duration = Duration::from_millis(300);
/// Maximum duration of a check of what was observed, and of projects that were woken.
const DEADLINE: Duration = Duration::from_secs(60);
/// Maximum duration of a check of all catalogs.
const CATALOGS: Duration = Duration::from_secs(600);

/// Checks until `stop`: every project periodically, and single ones when they are woken.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let DriftIntervals { interval, catalog_interval } = inner.settings.drift;
    let cheaply = Schedule::new("drift", interval, DEADLINE);
    let catalogs_too = Schedule::new("drift catalogs", catalog_interval, CATALOGS);
    tokio::join!(
        inner.tasks.keep(cheaply, stop, || cheap(inner)),
        inner.tasks.keep(catalogs_too, stop, || catalogs(inner)),
        watch(inner, stop),
    );
}

/// Checks the cheap levels of every project.
async fn cheap(inner: &Inner) -> Result<()> {
    let rows = snapshot::rows(inner).await?;
    inner.drift.retain(|id| rows.records.contains_key(id));
    let baselines = baselines(inner).await?;
    let mut checked = Vec::new();
    for record in rows.projects() {
        let subject = Subject::of(inner, record, &baselines);
        checked.extend(subject.cheap(inner));
        if subject.models_differ() {
            inner.drift.wake(&record.project.id);
        }
    }
    findings::write(inner, &checked).await
}

/// Checks the levels of the catalog of every project, and what is newer in the repositories.
async fn catalogs(inner: &Inner) -> Result<()> {
    let rows = snapshot::rows(inner).await?;
    let baselines = baselines(inner).await?;
    let subjects: Vec<Subject> =
        rows.projects().map(|record| Subject::of(inner, record, &baselines)).collect();
    let checks: Vec<_> = subjects.iter().map(|subject| as_a_whole(inner, subject).boxed()).collect();
    let checked: Vec<Vec<Checked>> =
        futures::stream::iter(checks).buffer_unordered(SIDE_BY_SIDE).collect().await;
    findings::write(inner, &checked.concat()).await?;
    inner.registry.reports(inner.term).prune_findings().await?;
    ahead::look(inner, &rows).await;
    Ok(())
}

/// Checks single projects on every level: after an operation, on events of the driver, and when an operator asks for it.
async fn watch(inner: &Inner, stop: &CancellationToken) {
    let stopped = stop.cancelled();
    tokio::pin!(stopped);
    loop {
        let woken = tokio::select! {
            woken = inner.drift.woken() => woken,
            () = &mut stopped => return,
        };
        let begun = Instant::now();
        let checks = async {
            tokio::time::sleep(SETTLE).await;
            each(inner, woken, begun).await
        };
        tokio::select! {
            outcome = tokio::time::timeout(DEADLINE, checks) => match outcome {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(error = %crate::chain(&error), "checking projects for drift"),
                Err(_) => tracing::warn!("checking projects for drift took more than {DEADLINE:?}"),
            },
            () = &mut stopped => return,
        }
    }
}

async fn each(inner: &Inner, ids: BTreeSet<ProjectId>, begun: Instant) -> Result<()> {
    let baselines = baselines(inner).await?;
    let mut checked = Vec::new();
    for id in &ids {
        let Some(record) = inner.registry.project(id).await? else { continue };
        observe::project(inner, &record).await;
        let subject = Subject::of(inner, &record, &baselines);
        subject.ask_driver(inner).await;
        checked.extend(subject.cheap(inner));
        checked.extend(catalog::check(inner, &subject).await);
    }
    findings::write(inner, &checked).await?;
    for id in &ids {
        inner.drift.done(id, begun);
    }
    Ok(())
}

/// Every level but the cheap ones, after the driver was asked whether the instance is what it started.
async fn as_a_whole(inner: &Inner, subject: &Subject) -> Vec<Checked> {
    subject.ask_driver(inner).await;
    catalog::check(inner, subject).await
}
