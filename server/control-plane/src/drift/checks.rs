//! The checks: cheap levels from the last observation, and the levels of the catalog, which ask database and instance.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures::{FutureExt as _, StreamExt as _};
use model::{CommitSha, Difference, DriftLevel, Goal, InstanceSeen, ProjectId, ProjectStatus};
use tokio_util::sync::CancellationToken;

use super::compare::{self, Outcome};
use super::findings::{self, Checked};
use super::{ahead, catalog};
use crate::goal::goal;
use crate::registry::{BaselineKey, BaselineRow, ProjectRecord};
use crate::settings::DriftIntervals;
use crate::target::ReconcileTarget;
use crate::tasks::Schedule;
use crate::{Inner, Result, observe, snapshot, target};

/// Projects whose catalog is read at the same time.
const SIDE_BY_SIDE: usize = 4;
/// Time in which several reasons to check a project become one check.
const SETTLE: Duration = Duration::from_millis(300);
/// Maximum duration of a check of what was observed, and of projects that were woken.
const DEADLINE: Duration = Duration::from_secs(60);
/// Maximum duration of a check of all catalogs.
const CATALOGS: Duration = Duration::from_secs(600);

/// The baselines of all projects.
pub(super) type Baselines = BTreeMap<ProjectId, Vec<BaselineRow>>;

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
    let checks: Vec<_> = subjects.iter().map(|subject| catalog::check(inner, subject).boxed()).collect();
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
        checked.extend(subject.cheap(inner));
        checked.extend(catalog::check(inner, &subject).await);
    }
    findings::write(inner, &checked).await?;
    for id in &ids {
        inner.drift.done(id, begun);
    }
    Ok(())
}

pub(super) async fn baselines(inner: &Inner) -> Result<Baselines> {
    let mut baselines = Baselines::new();
    for row in inner.registry.baselines().await? {
        baselines.entry(row.key.project.clone()).or_default().push(row);
    }
    Ok(baselines)
}

/// A project that is compared, with its last observation.
pub(super) struct Subject {
    pub(super) target: ReconcileTarget,
    pub(super) seen: model::ObservationFacts,
    pub(super) key: Option<BaselineKey>,
    pub(super) baseline: Option<BaselineRow>,
    /// Why the project is not compared now.
    pub(super) resting: Option<&'static str>,
    release: String,
    /// The commit of the row: the target is the last verified revision after a change that failed.
    pinned: CommitSha,
    deployed: Option<CommitSha>,
    differences: Vec<Difference>,
}

impl Subject {
    pub(super) fn of(inner: &Inner, record: &ProjectRecord, baselines: &Baselines) -> Self {
        let target = ReconcileTarget::of(record.clone());
        let seen = target::last_facts(inner, record);
        let release = inner.settings.release(target.record.project.release.as_ref()).release();
        let commit = target.record.project.schema_ref.commit().clone();
        let key = record.database_oid.map(|oid| BaselineKey {
            project: record.project.id.clone(),
            oid,
            commit,
            release: release.clone(),
        });
        let mut own = baselines.get(&record.project.id).into_iter().flatten();
        let baseline = own.find(|row| Some(&row.key) == key.as_ref()).cloned();
        let differences = target::differences(inner, &target, &seen);
        let pinned = record.project.schema_ref.commit().clone();
        let deployed = record.project.schema_version.clone();
        let resting = resting(record, &target);
        Self { target, seen, key, baseline, resting, release, pinned, deployed, differences }
    }

    pub(super) const fn id(&self) -> &ProjectId {
        &self.target.record.project.id
    }

    /// Whether what runs now was verified: the project is as its row says, it answers, and nothing differs.
    pub(super) fn is_verified(&self) -> bool {
        let project = &self.target.record.project;
        self.resting.is_none()
            && project.status == ProjectStatus::Running
            && project.schema_version.as_ref() == Some(project.schema_ref.commit())
            && self.seen.ready.present().is_some()
            && self.differences.is_empty()
    }

    /// The instance, if it runs.
    pub(super) fn instance(&self) -> Option<&InstanceSeen> {
        self.seen.instance.present().filter(|instance| instance.is_running())
    }

    fn models_differ(&self) -> bool {
        let (Some(row), Some(seen)) = (&self.baseline, self.seen.ready.present()) else { return false };
        self.resting.is_none() && row.models_digest != seen.models_digest
    }

    /// A check of one level.
    pub(super) fn checked(&self, inner: &Inner, level: DriftLevel, outcome: Outcome) -> Checked {
        let is_seen = matches!(outcome, Outcome::InSync | Outcome::Differs(_));
        let noted = if is_seen { inner.drift.take_noted(self.id(), level) } else { None };
        Checked { project: self.id().clone(), level, outcome, noted }
    }

    /// The levels that need no question to database or instance.
    fn cheap(&self, inner: &Inner) -> Vec<Checked> {
        let levels = DriftLevel::ALL.into_iter().filter(|level| !level.is_of_catalog());
        levels.map(|level| self.checked(inner, level, self.compared(level))).collect()
    }

    fn compared(&self, level: DriftLevel) -> Outcome {
        if let Some(reason) = self.resting {
            return Outcome::NotCompared(reason);
        }
        match level {
            DriftLevel::Commit => compare::commit(&self.pinned, self.deployed.as_ref()),
            DriftLevel::Version => compare::version(&self.release, &self.seen.ready, self.baseline.as_ref()),
            _ => compare::closed_by_engine(level, &self.differences, &self.seen),
        }
    }
}

/// Why a project is not compared now.
fn resting(record: &ProjectRecord, target: &ReconcileTarget) -> Option<&'static str> {
    match goal(record) {
        _ if target.due => Some("A change is in progress."),
        Goal::Run => None,
        Goal::Stop => Some("The project is stopped."),
        Goal::Maintain(_) | Goal::Hold(_) => Some("A job works on the project."),
        Goal::Remove => Some("The project is being deleted."),
    }
}
