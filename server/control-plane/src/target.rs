//! What the engine brings a project to: its row, or the revision that ran before a change that failed.
//!
//! A change that fails leaves the project `failed`, and the project stays supervised: until something else is requested, the
//! engine keeps the last revision running that was verified. It never retries the failed change by itself, because that would
//! stop the instance that serves.

use model::{DesiredState, Difference, Goal, ObservationFacts, PlannedStep, Problem, ProjectStatus};

use crate::Inner;
use crate::goal::{goal, is_due};
use crate::provisioner::instance;
use crate::reconciler::plan::{PlanInput, differences_of, plan};
use crate::registry::ProjectRecord;

/// What the engine brings a project to.
#[derive(Debug, Clone)]
pub struct ReconcileTarget {
    /// The row, with the content of the running revision where the engine returns to it.
    pub record: ProjectRecord,
    /// Whether the row has a generation that was not reached yet.
    pub due: bool,
    /// Whether the engine keeps the last verified revision instead of the content of the row.
    pub returned: bool,
}

impl ReconcileTarget {
    /// The target of a project with this row.
    pub fn of(mut record: ProjectRecord) -> Self {
        let due = is_due(&record);
        let failed = record.project.status == ProjectStatus::Failed && !due && goal(&record) == Goal::Run;
        let running = record.running.clone().filter(|running| failed && running.content != record.content());
        let returned = running.is_some();
        if let Some(running) = running {
            record.apply(running.content);
        }
        Self { record, due, returned }
    }
}

/// The steps from the last observation to the target of this row.
pub(crate) fn planned(inner: &Inner, record: &ProjectRecord) -> Vec<PlannedStep> {
    steps(inner, &ReconcileTarget::of(record.clone()), &last_facts(inner, record))
}

/// The steps from the observation to the target; none if the project needs a database server that is not configured.
pub(crate) fn steps(inner: &Inner, target: &ReconcileTarget, seen: &ObservationFacts) -> Vec<PlannedStep> {
    let digest = digest(inner, &target.record);
    wanted(inner, &target.record, target.due, digest.as_deref())
        .map_or_else(Vec::new, |wanted| plan(&wanted, seen))
}

/// The differences between observation and target, from which the steps are planned.
pub(crate) fn differences(
    inner: &Inner,
    target: &ReconcileTarget,
    seen: &ObservationFacts,
) -> Vec<Difference> {
    differences_to(inner, &target.record, target.due, seen)
}

/// The differences between observation and row, also after a change that failed: for showing how the project differs from its
/// row.
pub(crate) fn differences_to_row(
    inner: &Inner,
    record: &ProjectRecord,
    seen: &ObservationFacts,
) -> Vec<Difference> {
    differences_to(inner, record, is_due(record), seen)
}

fn differences_to(
    inner: &Inner,
    record: &ProjectRecord,
    due: bool,
    seen: &ObservationFacts,
) -> Vec<Difference> {
    let digest = digest(inner, record);
    let wanted = wanted(inner, record, due, digest.as_deref());
    wanted.map_or_else(Vec::new, |wanted| differences_of(&wanted, seen))
}

/// The facts of the project's last observation; all unknown if there is none.
pub(crate) fn last_facts(inner: &Inner, record: &ProjectRecord) -> ObservationFacts {
    inner.observations.facts(&record.project.id).unwrap_or_default()
}

/// The problem of a project whose database server is not configured. `None` for a project that does not need it, because its
/// desired state is stopped and it is not being deleted.
pub(crate) fn missing_database_server(inner: &Inner, record: &ProjectRecord) -> Option<Problem> {
    let stops = record.project.desired_state == DesiredState::Stopped;
    if stops && record.delete_requested_at.is_none() {
        return None;
    }
    inner.ports.postgres.of(&record.project.database_server).err()
}

fn digest(inner: &Inner, record: &ProjectRecord) -> Option<String> {
    let place = instance::database_place(&inner.ports.postgres, &record.project).unwrap_or_default();
    instance::digest(record, &inner.settings, &place)
}

fn wanted<'a>(
    inner: &Inner,
    record: &'a ProjectRecord,
    due: bool,
    digest: Option<&'a str>,
) -> Option<PlanInput<'a>> {
    let driver = inner.ports.driver.traits();
    missing_database_server(inner, record).is_none().then_some(PlanInput { record, digest, due, driver })
}
