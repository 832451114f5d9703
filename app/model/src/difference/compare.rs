//! The table "desired and observed", and the answer to "does it match?".

use serde::{Deserialize, Serialize};

use super::{Difference, InstanceDifference};
use crate::state::words;
use crate::{DesiredState, Hostname, Observed, Project};

/// A level on which a project is compared with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Whether an instance runs and is ready.
    State,
    /// Its database and role.
    Database,
    /// The gateway's route.
    Route,
    /// The schema file on the volume.
    SchemaFile,
    /// What the instance was started from.
    Configuration,
    /// What the instance may use.
    Limits,
}

words!(Level {
    State = "state", Database = "database", Route = "route", SchemaFile = "schema_file",
    Configuration = "configuration", Limits = "limits",
} accepted "state, database, route, schema_file, configuration or limits");

impl Level {
    /// As a label: `Schema file`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Database => "Database",
            Self::Route => "Route",
            Self::SchemaFile => "Schema file",
            Self::Configuration => "Configuration",
            Self::Limits => "Limits",
        }
    }
}

/// One level on which a project is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Drift {
    /// Which level differs.
    pub level: Level,
    /// In what, as a sentence without a full stop.
    pub reason: String,
}

/// Does it match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "sync", content = "drifts", rename_all = "snake_case")]
pub enum Sync {
    /// There is no difference.
    Synced,
    /// These differ, although no change was requested.
    OutOfSync(Vec<Drift>),
    /// These differ because a requested change is in progress, or waits for a part or a job.
    Progressing(Vec<Drift>),
    /// No difference is known, and at least one level could not be observed.
    Unknown,
}

impl Difference {
    /// The level that it is on.
    pub const fn level(&self) -> Level {
        match self {
            Self::Secrets | Self::Instance(InstanceDifference::Configuration) => Level::Configuration,
            Self::DatabaseAbsent { .. } | Self::AnotherDatabase { .. } | Self::ConnectionLimit { .. } => {
                Level::Database
            }
            Self::SchemaFile { .. } => Level::SchemaFile,
            Self::Limits { .. } | Self::Instance(InstanceDifference::Limits { .. }) => Level::Limits,
            Self::Instance(_) | Self::NotReady | Self::StillRuns | Self::Exists => Level::State,
            Self::Route { .. } | Self::Unverified | Self::FormerHostnames { .. } => Level::Route,
        }
    }
}

impl Sync {
    /// The sync of a project, from the differences that the engine found.
    pub fn of(project: &Project) -> Self {
        let differences = &project.reconciliation.differences;
        if !differences.is_empty() {
            let drift = |it: &Difference| Drift { level: it.level(), reason: it.reason() };
            let drifts = differences.iter().map(drift).collect();
            return if Self::is_out(project) { Self::OutOfSync(drifts) } else { Self::Progressing(drifts) };
        }
        let unknown = compare(project).iter().any(|level| level.same().is_none());
        if unknown { Self::Unknown } else { Self::Synced }
    }

    /// Whether the sync of the project is [`Sync::OutOfSync`]; cheaper than [`Sync::of`].
    pub fn is_out(project: &Project) -> bool {
        !project.reconciliation.differences.is_empty() && !project.is_changing()
    }

    /// What differs although no change was requested.
    pub fn drifts(&self) -> &[Drift] {
        match self {
            Self::OutOfSync(drifts) => drifts,
            Self::Synced | Self::Unknown | Self::Progressing(_) => &[],
        }
    }
}

/// One line of the table "desired and observed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelComparison {
    /// The level.
    pub level: Level,
    /// What was asked for.
    pub desired: String,
    /// What was observed; `None` when it could not be.
    pub observed: Option<String>,
    /// In what they differ, as sentences without full stops.
    pub differences: Vec<String>,
}

impl LevelComparison {
    /// Whether both are the same; `None` where nothing was observed and no difference is known.
    pub fn same(&self) -> Option<bool> {
        if !self.differences.is_empty() {
            return Some(false);
        }
        self.observed.as_ref().map(|_| true)
    }
}

/// Every level of a project, desired beside observed, with the differences that the engine found. Levels that do not
/// matter in the desired state are left out, unless something differs there.
pub fn compare(project: &Project) -> Vec<LevelComparison> {
    let levels = [
        (Level::State, project.desired_state.to_string(), state(project)),
        (Level::Database, project.id.database(), database(project)),
        (Level::Route, hosts(project.hosts()), route(project)),
        (Level::SchemaFile, project.schema_ref.commit().to_string(), file(project)),
        (Level::Configuration, revision(project.reconciliation.wanted_revision), configuration(project)),
        (Level::Limits, project.limits.instance.to_string(), limits(project)),
    ];
    let runs = project.desired_state == DesiredState::Running;
    let lines = levels.into_iter().map(|(level, desired, observed)| {
        let here = project.reconciliation.differences.iter().filter(|it| it.level() == level);
        LevelComparison { level, desired, observed, differences: here.map(Difference::reason).collect() }
    });
    lines.filter(|line| runs || line.level.matters_stopped() || !line.differences.is_empty()).collect()
}

impl Level {
    const fn matters_stopped(self) -> bool {
        matches!(self, Self::State | Self::Route)
    }
}

const ABSENT: &str = "absent";

fn text<T>(observed: &Observed<T>, present: impl Fn(&T) -> String) -> Option<String> {
    match observed {
        Observed::Unknown => None,
        Observed::Absent => Some(ABSENT.to_owned()),
        Observed::Present(value) => Some(present(value)),
    }
}

fn state(project: &Project) -> Option<String> {
    match &project.observed.facts.instance {
        Observed::Unknown => None,
        Observed::Present(instance) if instance.is_running() => Some("running".to_owned()),
        Observed::Absent | Observed::Present(_) => Some("stopped".to_owned()),
    }
}

fn database(project: &Project) -> Option<String> {
    text(&project.observed.facts.database, |_| project.id.database())
}

/// A project whose first route was never published has none to be compared.
fn route(project: &Project) -> Option<String> {
    if project.upstream.is_none() && project.desired_state == DesiredState::Stopped {
        return Some(hosts(project.hosts()));
    }
    text(&project.observed.facts.route, |route| hosts(route.hosts.iter()))
}

fn file(project: &Project) -> Option<String> {
    text(&project.observed.facts.schema, ToString::to_string)
}

fn configuration(project: &Project) -> Option<String> {
    match &project.observed.facts.instance {
        Observed::Unknown => None,
        Observed::Present(instance) if instance.is_running() => {
            Some(revision(project.reconciliation.running_revision))
        }
        Observed::Absent | Observed::Present(_) => Some(ABSENT.to_owned()),
    }
}

fn revision(number: Option<i32>) -> String {
    number.map_or_else(|| "no revision yet".to_owned(), |number| format!("revision {number}"))
}

/// A driver that holds no instance to any limit has nothing to be compared.
fn limits(project: &Project) -> Option<String> {
    let desired = project.limits.instance.to_string();
    match &project.observed.facts.instance {
        Observed::Unknown => None,
        Observed::Present(instance) if instance.is_running() => {
            Some(instance.limits.map_or(desired, |held| held.to_string()))
        }
        Observed::Absent | Observed::Present(_) => Some(ABSENT.to_owned()),
    }
}

fn hosts<'a>(names: impl Iterator<Item = &'a Hostname>) -> String {
    let mut names: Vec<&str> = names.map(Hostname::as_str).collect();
    names.sort_unstable();
    names.join(", ")
}
