//! Is it well, and does it match: two words, each computed by one pure function, never merged.

use serde::{Deserialize, Serialize};

use crate::state::words;
use crate::{DesiredState, Observed, Project, ProjectStatus};

/// Is it well. The order is the order of the fleet page: worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It should answer and does not.
    Down,
    /// It answers, but something about it is wrong.
    Degraded,
    /// Nobody knows.
    Unknown,
    /// Work is under way.
    Progressing,
    /// It answers, through the gateway.
    Healthy,
    /// It is stopped, as was asked.
    Suspended,
}

words!(Health {
    Down = "down", Degraded = "degraded", Unknown = "unknown", Progressing = "progressing", Healthy = "healthy",
    Suspended = "suspended",
} accepted "down, degraded, unknown, progressing, healthy or suspended");

impl Health {
    /// Every value, worst first.
    pub const ALL: [Self; 6] =
        [Self::Down, Self::Degraded, Self::Unknown, Self::Progressing, Self::Healthy, Self::Suspended];

    /// The health of a project, from its registry row and what was last seen of it.
    pub fn of(project: &Project) -> Self {
        let seen = &project.observed;
        let runs = seen.instance.present().is_some_and(crate::InstanceSeen::is_running);
        match (project.desired_state, project.status) {
            (DesiredState::Stopped, _) if runs => Self::Progressing,
            (DesiredState::Stopped, _) if seen.instance.is_unknown() => Self::Unknown,
            (DesiredState::Stopped, _) => Self::Suspended,
            (DesiredState::Running, ProjectStatus::Failed) if seen.ready.present().is_some() => {
                Self::Degraded
            }
            (DesiredState::Running, ProjectStatus::Failed) => Self::Down,
            (DesiredState::Running, ProjectStatus::Provisioning | ProjectStatus::Stopped) => {
                Self::Progressing
            }
            (DesiredState::Running, ProjectStatus::Running) => Self::of_running(project),
        }
    }

    fn of_running(project: &Project) -> Self {
        let seen = &project.observed;
        match (&seen.ready, &seen.instance) {
            (Observed::Present(_), Observed::Present(_)) => {
                if project.problem.is_some() || matches!(seen.route, Observed::Absent) {
                    Self::Degraded
                } else {
                    Self::Healthy
                }
            }
            (Observed::Unknown, _) | (_, Observed::Unknown) => Self::Unknown,
            _ => Self::Down,
        }
    }
}

/// One level on which a project is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Drift {
    /// What differs: `state`, `schema`, `schema file`, `route`, `database`, `server` or `limits`.
    pub what: String,
    /// What was asked for.
    pub desired: String,
    /// What was seen; absent when nobody knows.
    pub observed: Option<String>,
}

/// Does it match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "sync", content = "drifts", rename_all = "snake_case")]
pub enum Sync {
    /// All that was asked for is there.
    Synced,
    /// These levels differ.
    OutOfSync(Vec<Drift>),
    /// At least one level could not be looked at, and none of the others differs.
    Unknown,
}

/// One line of the table "desired and observed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The level, as in [`Drift::what`].
    pub what: &'static str,
    /// What was asked for.
    pub desired: String,
    /// What was seen; `None` when nobody knows.
    pub observed: Option<String>,
}

impl Compared {
    /// Whether both are the same; `None` when nobody knows.
    pub fn same(&self) -> Option<bool> {
        self.observed.as_ref().map(|observed| *observed == self.desired)
    }
}

impl Sync {
    /// The sync of a project.
    pub fn of(project: &Project) -> Self {
        let levels = compare(project);
        let drifts: Vec<Drift> = levels
            .iter()
            .filter(|level| level.same() == Some(false))
            .map(|level| Drift {
                what: level.what.into(),
                desired: level.desired.clone(),
                observed: level.observed.clone(),
            })
            .collect();
        if !drifts.is_empty() {
            Self::OutOfSync(drifts)
        } else if levels.iter().any(|level| level.same().is_none()) {
            Self::Unknown
        } else {
            Self::Synced
        }
    }

    /// How many levels differ.
    pub fn drifts(&self) -> &[Drift] {
        match self {
            Self::OutOfSync(drifts) => drifts,
            Self::Synced | Self::Unknown => &[],
        }
    }
}

/// Every level of a project, wanted beside seen.
pub fn compare(project: &Project) -> Vec<Compared> {
    let seen = &project.observed;
    let text = |observed: Observed<String>| match observed {
        Observed::Unknown => None,
        Observed::Absent => Some("absent".to_owned()),
        Observed::Present(text) => Some(text),
    };
    let running = project.desired_state == DesiredState::Running;
    let state = match &seen.instance {
        Observed::Unknown => None,
        Observed::Present(instance) if instance.is_running() => Some("running".to_owned()),
        Observed::Absent | Observed::Present(_) => Some("stopped".to_owned()),
    };
    let database = map(&seen.database, |_| project.id.database());
    let file = map(&seen.schema, ToString::to_string);
    let deployed =
        project.schema_version.as_ref().map_or(Observed::Absent, |v| Observed::Present(v.to_string()));
    let hosts = map(&seen.route, |route| join(route.hosts.iter()));
    let mut levels = vec![
        Compared { what: "state", desired: project.desired_state.to_string(), observed: state },
        Compared { what: "database", desired: project.id.database(), observed: text(database) },
        Compared { what: "route", desired: join(project.hosts()), observed: text(hosts) },
    ];
    if running {
        let commit = project.schema_ref.commit().to_string();
        levels.push(Compared { what: "schema", desired: commit.clone(), observed: text(deployed) });
        levels.push(Compared { what: "schema file", desired: commit, observed: text(file) });
        levels.extend(compare_instance(project));
    }
    levels
}

/// What can be told of the instance that runs: its server, where the project names one, and its limits, where its driver
/// holds it to some.
fn compare_instance(project: &Project) -> impl Iterator<Item = Compared> {
    let instance = project.observed.instance.present().filter(|instance| instance.is_running());
    let server = project.server.as_ref().zip(instance).map(|(wanted, instance)| {
        // a program is seen by its path
        let name = if wanted.is_image() { None } else { instance.server.rsplit('/').next() };
        let observed = name.unwrap_or(&instance.server).to_owned();
        Compared { what: "server", desired: wanted.to_string(), observed: Some(observed) }
    });
    let limits = instance.and_then(|instance| instance.limits).map(|held| Compared {
        what: "limits",
        desired: project.limits.instance.to_string(),
        observed: Some(held.to_string()),
    });
    server.into_iter().chain(limits)
}

fn map<T>(observed: &Observed<T>, to_text: impl Fn(&T) -> String) -> Observed<String> {
    match observed {
        Observed::Absent => Observed::Absent,
        Observed::Unknown => Observed::Unknown,
        Observed::Present(value) => Observed::Present(to_text(value)),
    }
}

fn join<'a>(hosts: impl Iterator<Item = &'a crate::Hostname>) -> String {
    let mut names: Vec<&str> = hosts.map(crate::Hostname::as_str).collect();
    names.sort_unstable();
    names.join(", ")
}
