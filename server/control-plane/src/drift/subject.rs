//! A project that is compared: what it is brought to, its last observation, and its baseline.

use std::collections::BTreeMap;

use model::{
    CommitSha, Difference, DriftLevel, DriftSeverity, Goal, InstanceKey, InstanceSeen, ProjectId,
    ProjectStatus,
};

use super::compare::{self, Outcome};
use super::findings::Checked;
use crate::goal::goal;
use crate::registry::{BaselineKey, BaselineRow, ProjectRecord};
use crate::target::ReconcileTarget;
use crate::{Inner, Result, target};

/// The baselines of all projects.
pub(super) type Baselines = BTreeMap<ProjectId, Vec<BaselineRow>>;

/// Reads them.
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
    follows_file: bool,
}

const FOLLOWS: &str = "Development: the project follows a file, so there is no commit to compare with.";

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
        let follows_file = record.project.schema_ref.is_volume();
        #[rustfmt::skip]
        let subject = Self { target, seen, key, baseline, resting, release, pinned, deployed, differences, follows_file };
        subject
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

    pub(super) fn models_differ(&self) -> bool {
        let (Some(row), Some(seen)) = (&self.baseline, self.seen.ready.present()) else { return false };
        self.resting.is_none() && row.models_digest != seen.models_digest
    }

    /// Asks the driver whether the instance is what it started; the next comparison of the configuration has the answer. One that
    /// does not answer is unknown by the observation of the instance.
    pub(super) async fn ask_driver(&self, inner: &Inner) {
        let asked = inner.ports.driver.configuration_drift(&InstanceKey::main(self.id().clone())).await;
        if let Ok(lines) = asked {
            inner.drift.set_by_hand(self.id(), lines);
        }
    }

    /// A check of one level.
    pub(super) fn checked(&self, inner: &Inner, level: DriftLevel, outcome: Outcome) -> Checked {
        let is_seen = matches!(outcome, Outcome::InSync | Outcome::Differs(_));
        let noted = if is_seen { inner.drift.take_noted(self.id(), level) } else { None };
        let by_hand = level == DriftLevel::Configuration && !inner.drift.by_hand(self.id()).is_empty();
        let severity = if by_hand { DriftSeverity::Attention } else { level.severity() };
        Checked { project: self.id().clone(), level, severity, outcome, noted }
    }

    /// The levels that need no question to database or instance.
    pub(super) fn cheap(&self, inner: &Inner) -> Vec<Checked> {
        let levels = DriftLevel::ALL.into_iter().filter(|level| !level.is_of_catalog());
        levels.map(|level| self.checked(inner, level, self.compared(inner, level))).collect()
    }

    fn compared(&self, inner: &Inner, level: DriftLevel) -> Outcome {
        if let Some(reason) = self.resting {
            return Outcome::NotCompared(reason);
        }
        if self.follows_file && matches!(level, DriftLevel::Commit | DriftLevel::SchemaFile) {
            return Outcome::NotCompared(FOLLOWS);
        }
        match level {
            DriftLevel::Commit => compare::commit(&self.pinned, self.deployed.as_ref()),
            DriftLevel::Version => compare::version(&self.release, &self.seen.ready, self.baseline.as_ref()),
            _ => {
                let own = compare::closed_by_engine(level, &self.differences, &self.seen);
                if level == DriftLevel::Configuration {
                    own.with(inner.drift.by_hand(self.id()))
                } else {
                    own
                }
            }
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
