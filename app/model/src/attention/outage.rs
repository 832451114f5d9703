//! A part that does not answer, and the projects that depend on it.

use time::OffsetDateTime;

use crate::state::Observed;
use crate::{
    DesiredState, Health, InstanceSeen, Level, Part, PartKind, PartState, Problem, ProblemKind, Project,
    ProjectStatus,
};

/// A part that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage<'a> {
    /// Which.
    pub part: &'a Part,
    /// What was tried and what came back.
    pub reason: &'a str,
    /// Since when.
    pub since: OffsetDateTime,
    /// Projects that require an operator because of it.
    pub ill: Vec<&'a Project>,
    /// Other projects that depend on it: healthy, or unhealthy for a reason of their own.
    pub others: Vec<&'a Project>,
}

impl<'a> Outage<'a> {
    /// What happens next without an operator.
    pub const NEXT: &'static str =
        "The connection is checked every few seconds. Waiting operations continue when it answers.";

    /// The outage of the part, without projects; `None` if it answers or was not checked yet.
    pub(super) fn of(part: &'a Part) -> Option<Self> {
        match &part.state {
            PartState::Away { reason, since } => {
                Some(Self { part, reason, since: *since, ill: Vec::new(), others: Vec::new() })
            }
            PartState::Up | PartState::Unknown => None,
        }
    }

    /// The number of projects that depend on it.
    pub const fn touched(&self) -> usize {
        self.ill.len() + self.others.len()
    }

    /// Every project that depends on it, those that are ill first.
    pub fn projects(&self) -> impl Iterator<Item = &'a Project> {
        self.ill.iter().chain(&self.others).copied()
    }

    /// Behind the number of projects: `depend on it, 3 of them unhealthy because of it`.
    pub fn effect(&self) -> String {
        let verb = if self.touched() == 1 { "depends on it" } else { "depend on it" };
        match (self.ill.len(), self.touched()) {
            (0, _) => verb.to_owned(),
            (1, 1) => format!("{verb}, unhealthy because of it"),
            (ill, all) if ill == all => format!("{verb}, all unhealthy because of it"),
            (ill, _) => format!("{verb}, {ill} of them unhealthy because of it"),
        }
    }

    /// `3 projects depend on it, 1 of them unhealthy because of it: crm, docs, shop`. At most `names` projects are named.
    pub fn summary(&self, names: usize) -> String {
        let all = self.touched();
        if all == 0 {
            return "no project depends on it now".into();
        }
        let noun = if all == 1 { "project" } else { "projects" };
        let first: Vec<&str> = self.projects().take(names).map(|project| project.id.as_str()).collect();
        let more = all.saturating_sub(names);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{all} {noun} {}: {}{more}", self.effect(), first.join(", "))
    }

    /// Whether no backup of the project can be taken while it lasts.
    pub(super) fn stops_backups(&self, project: &Project) -> bool {
        self.part.kind == PartKind::Postgres && is_on(self.part, project)
    }

    /// Counts the project if it depends on the part. `ill`: it requires an operator. Returns whether the outage explains that.
    pub(super) fn add(&mut self, project: &'a Project, ill: bool) -> bool {
        let explains = ill && explains(self.part, project);
        if explains {
            self.ill.push(project);
        } else if touches(self.part, project) {
            self.others.push(project);
        }
        explains
    }
}

impl Part {
    /// Its name for people, with the database server if there are several: `Postgres eu`, `The gateway`.
    pub fn title(&self) -> String {
        let server = self.database_server.as_ref().map(|server| format!(" {server}")).unwrap_or_default();
        format!("{}{server}", self.kind.title())
    }

    /// Whether the project depends on the part now: its instance runs on it, or waits for it.
    pub fn concerns(&self, project: &Project) -> bool {
        touches(self, project) || (project.attention().is_some() && explains(self, project))
    }
}

impl PartKind {
    /// The name at the start of a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Postgres => "Postgres",
            Self::Gateway => "The gateway",
            Self::Driver => "The driver",
            Self::Secrets => "The secret store",
        }
    }

    /// What its outage delays, and which projects continue, in sentences.
    pub const fn consequence(self) -> &'static str {
        match self {
            Self::Postgres => {
                "New databases wait. Running instances continue as far as they can without Postgres."
            }
            Self::Gateway => "Changes of routes wait. Projects may be unreachable.",
            Self::Driver => "Starts and stops wait. Running instances continue.",
            Self::Secrets => "Starts and changes of secrets wait. Running instances continue.",
        }
    }
}

fn touches(part: &Part, project: &Project) -> bool {
    let runs = project.desired_state == DesiredState::Running;
    match part.kind {
        PartKind::Postgres => runs && is_on(part, project),
        PartKind::Gateway => runs,
        PartKind::Driver => project.observed.facts.instance.is_unknown(),
        // running instances have their secrets
        PartKind::Secrets => runs && project.status == ProjectStatus::Provisioning,
    }
}

/// Whether the database of the project is on this server; a part without a name is the only server.
fn is_on(part: &Part, project: &Project) -> bool {
    part.database_server.as_ref().is_none_or(|server| server.as_str() == project.database_server)
}

/// Whether the outage of the part is why the project is ill. A failed operation is a cause of its own, unless it failed
/// because the part was away.
fn explains(part: &Part, project: &Project) -> bool {
    if let Some(problem) = &project.problem {
        return is_of(problem, part) && (part.kind != PartKind::Postgres || is_on(part, project));
    }
    let (facts, health) = (&project.observed.facts, project.health());
    let runs = facts.instance.present().is_some_and(InstanceSeen::is_running);
    match part.kind {
        PartKind::Postgres => health == Health::Down && is_on(part, project),
        PartKind::Gateway => health == Health::Degraded || differs_in_routes(project, health),
        PartKind::Driver => health == Health::Unknown && matches!(facts.instance, Observed::Unknown),
        PartKind::Secrets => health == Health::Down && !runs,
    }
}

fn is_of(problem: &Problem, part: &Part) -> bool {
    problem.kind == ProblemKind::Unavailable && problem.part.as_deref() == Some(part.kind.as_str())
}

/// Whether it is well and differs from its desired state in its route alone.
fn differs_in_routes(project: &Project, health: Health) -> bool {
    matches!(health, Health::Healthy | Health::Suspended)
        && project.sync().drifts().iter().all(|drift| drift.level == Level::Route)
}

#[cfg(test)]
mod tests;
