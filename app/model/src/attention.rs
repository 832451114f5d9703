//! What needs a person, why, since when, and what can be done: the same answer for the fleet page, the command line and
//! alerts. Pure.
//!
//! It names causes: one entry for each part that does not answer, with the projects that depend on it, one entry for each
//! project that needs a person for a reason of its own, one for each project whose backups do, one for each drift finding that
//! waits for a decision, and one for each paused rollout.

mod outage;
mod reason;

use std::borrow::Borrow;
use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::{
    BackupFault, DeployProposal, DriftFinding, DriftLevel, Fleet, Health, OperationId, Part, Project,
    ProjectId, ProjectStatus, Rollout, Sync,
};

pub use outage::Outage;
pub use reason::crashes;

/// One thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause<'a> {
    /// A part does not answer.
    Outage(Outage<'a>),
    /// A project that no outage explains.
    Project(&'a Project, Attention),
    /// The backups of a project whose database server answers.
    Backup(&'a Project, &'a BackupFault),
    /// A project that differs from what was declared, and the engine does not close it.
    Drift(&'a Project, &'a DriftFinding),
    /// A rollout that a member has paused.
    Rollout(&'a Rollout),
    /// A push proposed a deploy of the project. Information, no fault.
    Proposal(&'a Project, &'a DeployProposal),
}

/// Why a project needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// Its health. A healthy or suspended project needs a person when it is out of sync.
    pub health: Health,
    /// What happened, in a few words.
    pub what: String,
    /// What follows from it, in a sentence.
    pub detail: String,
    /// What is known of when it began.
    pub since: Option<Since>,
    /// When the engine tries again by itself, if that is scheduled.
    pub next: Option<OffsetDateTime>,
    /// What can be done, the first one first.
    pub remedies: Vec<Remedy>,
}

/// What is known of when something began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The health has been what it is from then on.
    Began(OffsetDateTime),
    /// The project was last observed then.
    Observed(OffsetDateTime),
    /// The change that failed was requested then.
    Requested(OffsetDateTime),
}

impl Since {
    /// The time.
    pub const fn at(self) -> OffsetDateTime {
        match self {
            Self::Began(at) | Self::Observed(at) | Self::Requested(at) => at,
        }
    }

    /// The words before the time: `down since`.
    pub fn words(self, health: Health) -> String {
        match self {
            Self::Began(_) => format!("{health} since"),
            Self::Observed(_) => "last observed".into(),
            Self::Requested(_) => "requested".into(),
        }
    }
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Read why the operation failed.
    ReadOperation(OperationId),
    /// Try the failed operation again.
    Retry(OperationId),
    /// Choose another commit of a project that has never run.
    ChangeCommit,
    /// Read the log of its instance.
    ReadLog,
    /// Open its page.
    Open,
    /// Compare what is declared with what is observed.
    Compare,
}

impl Fleet {
    /// What needs a person: parts that do not answer, longest first, then projects that no such part explains, worst first, then
    /// backups, then drift, then paused rollouts, then proposed deploys.
    pub fn attention(&self) -> Vec<Cause<'_>> {
        let mut causes = causes(&self.projects, &self.parts, &self.backup_faults, &self.drift);
        causes.extend(self.rollouts.iter().map(Cause::Rollout));
        let proposals: BTreeMap<&ProjectId, &DeployProposal> =
            self.proposals.iter().map(|proposal| (&proposal.project_id, proposal)).collect();
        let projects = self.projects.iter().filter(|project| proposals.contains_key(&project.id));
        causes.extend(projects.map(|project| Cause::Proposal(project, proposals[&project.id])));
        causes
    }
}

/// As [`Fleet::attention`]. The order of `projects` is kept.
pub fn causes<'a>(
    projects: &'a [impl Borrow<Project>],
    parts: &'a [Part],
    faults: &'a [BackupFault],
    drift: &'a [DriftFinding],
) -> Vec<Cause<'a>> {
    let faults: BTreeMap<&ProjectId, &BackupFault> =
        faults.iter().map(|fault| (&fault.project_id, fault)).collect();
    let mut outages: Vec<Outage<'a>> = parts.iter().filter_map(Outage::of).collect();
    outages.sort_by_key(|outage| outage.since);
    let (mut own, mut backups, mut drifts) = (Vec::new(), Vec::new(), Vec::new());
    for project in projects.iter().map(Borrow::borrow) {
        let need = project.attention();
        let ill = need.is_some();
        // every outage counts the project, also when another one explains it already
        let explaining =
            outages.iter_mut().map(|outage| outage.add(project, ill)).filter(|explains| *explains);
        let explained = explaining.count() > 0;
        own.extend(need.filter(|_| !explained).map(|need| Cause::Project(project, need)));
        let fault = faults.get(&project.id).filter(|_| !outages.iter().any(|it| it.stops_backups(project)));
        backups.extend(fault.map(|fault| Cause::Backup(project, fault)));
        drifts.extend(drift_of(project, drift, ill).map(|finding| Cause::Drift(project, finding)));
    }
    outages.into_iter().map(Cause::Outage).chain(own).chain(backups).chain(drifts).collect()
}

/// The findings of the project. That a commit was not deployed is what a failed project says already.
fn drift_of<'a>(
    project: &'a Project,
    drift: &'a [DriftFinding],
    ill: bool,
) -> impl Iterator<Item = &'a DriftFinding> {
    let own = drift.iter().filter(|finding| finding.project_id == project.id);
    own.filter(move |finding| !(ill && finding.level == DriftLevel::Commit))
}

impl Project {
    /// Why the project requires an operator, whether or not the outage of a part explains it; `None` if it requires none, such
    /// as during a change or a job, or while it is stopped.
    pub fn attention(&self) -> Option<Attention> {
        let health = self.health();
        let needs_a_person = match health {
            Health::Down | Health::Degraded | Health::Unknown => true,
            Health::Healthy | Health::Suspended => Sync::is_out(self),
            Health::Progressing | Health::Maintenance => false,
        };
        if !needs_a_person {
            return None;
        }
        let (what, detail) = reason::of(self, health);
        let next = self.reconciliation.next_attempt_at;
        let (since, remedies) = (since(self, health), remedies(self, health));
        Some(Attention { health, what, detail, since, next, remedies })
    }

    /// The failed operation that a person may retry now: the one that the present problem comes from, unless a job holds the
    /// project. An operation that a later one has overtaken is not worth a retry.
    pub fn retryable(&self) -> Option<OperationId> {
        let failed = self.problem.as_ref().and_then(|problem| problem.operation)?;
        (self.reconciliation.exclusive_job.is_none() && !self.is_changing()).then_some(failed)
    }

    /// Whether its commit can still be chosen: it has never run.
    pub const fn can_change_commit(&self) -> bool {
        self.schema_version.is_none()
    }
}

/// The recorded time of the health, as far as one is recorded; for an unknown health the last observation.
fn since(project: &Project, health: Health) -> Option<Since> {
    match (health, project.health_since) {
        (Health::Unknown, _) => Some(Since::Observed(project.observed.at)),
        (_, Some(at)) => Some(Since::Began(at)),
        (_, None) if project.status == ProjectStatus::Failed => Some(Since::Requested(project.updated_at)),
        (_, None) => None,
    }
}

fn remedies(project: &Project, health: Health) -> Vec<Remedy> {
    let failed = project.problem.as_ref().and_then(|problem| problem.operation);
    match (health, failed) {
        (Health::Down | Health::Degraded, Some(operation)) => {
            let mut remedies = vec![Remedy::ReadOperation(operation)];
            remedies.extend(project.retryable().map(Remedy::Retry));
            remedies.extend(project.can_change_commit().then_some(Remedy::ChangeCommit));
            remedies
        }
        (Health::Down, None) => vec![Remedy::ReadLog, Remedy::Open],
        (Health::Degraded | Health::Unknown, _) => vec![Remedy::Open],
        (Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended, _) => {
            vec![Remedy::Compare]
        }
    }
}

#[cfg(test)]
mod tests;
