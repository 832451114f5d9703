//! Which projects need a person, why, since when, and what can be done: the same answer for the fleet page, the command line
//! and alerts. Pure.

use time::OffsetDateTime;

use crate::{Health, OperationId, Project, ProjectStatus, Sync};

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
    /// The change that failed was asked for then.
    Requested(OffsetDateTime),
}

impl Since {
    /// The time.
    pub const fn at(self) -> OffsetDateTime {
        match self {
            Self::Began(at) | Self::Observed(at) | Self::Requested(at) => at,
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

impl Project {
    /// Why the project needs a person; `None` when it does not.
    pub fn attention(&self) -> Option<Attention> {
        let (health, sync) = (self.health(), self.sync());
        let needs_a_person = match health {
            Health::Down | Health::Degraded | Health::Unknown => true,
            Health::Healthy | Health::Suspended => matches!(sync, Sync::OutOfSync(_)),
            Health::Progressing | Health::Maintenance => false,
        };
        if !needs_a_person {
            return None;
        }
        let (what, detail) = reason(self, health, &sync);
        Some(Attention { health, what, detail, since: since(self, health), remedies: remedies(self, health) })
    }
}

fn reason(project: &Project, health: Health, sync: &Sync) -> (String, String) {
    let ill = matches!(health, Health::Down | Health::Degraded | Health::Unknown);
    if let Some(problem) = project.problem.as_ref().filter(|_| ill) {
        return (problem.title.clone(), problem.detail.clone());
    }
    let (what, detail) = match health {
        Health::Down => ("The instance does not answer", "It is restarted automatically."),
        Health::Degraded => ("The instance answers, but not through the gateway", "The route is missing."),
        Health::Unknown => ("State unknown", "The project may be running."),
        Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended => {
            let drifts = sync.drifts();
            let levels: Vec<&str> = drifts.iter().map(|drift| drift.level.label()).collect();
            let noun = if drifts.len() == 1 { "difference" } else { "differences" };
            let what = format!("{} {noun}: {}", drifts.len(), levels.join(", "));
            return (what, "It does not match its desired state.".into());
        }
    };
    (what.into(), detail.into())
}

/// The recorded time of the health, as far as one is recorded; for an unknown health the last look.
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
    let never_ran = project.schema_version.is_none();
    match (health, failed) {
        (Health::Down | Health::Degraded, Some(operation)) => {
            let mut remedies = vec![Remedy::ReadOperation(operation), Remedy::Retry(operation)];
            remedies.extend(never_ran.then_some(Remedy::ChangeCommit));
            remedies
        }
        (Health::Down | Health::Degraded, None) => vec![Remedy::ReadLog, Remedy::Open],
        (Health::Unknown, _) => vec![Remedy::Open],
        (Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended, _) => {
            vec![Remedy::Compare]
        }
    }
}

#[cfg(test)]
mod tests;
