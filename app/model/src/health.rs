//! Is it well: one word, computed by one pure function and never merged with [`crate::Sync`], which says whether it matches.

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
    /// It could not be observed.
    Unknown,
    /// Work is under way.
    Progressing,
    /// A job keeps it stopped until it is over; visitors get the maintenance page.
    Maintenance,
    /// It answers, through the gateway.
    Healthy,
    /// It is stopped, as was asked.
    Suspended,
}

words!(Health {
    Down = "down", Degraded = "degraded", Unknown = "unknown", Progressing = "progressing", Maintenance = "maintenance",
    Healthy = "healthy", Suspended = "suspended",
} accepted "down, degraded, unknown, progressing, maintenance, healthy or suspended");

impl Health {
    /// Every value, worst first.
    pub const ALL: [Self; 7] = [
        Self::Down,
        Self::Degraded,
        Self::Unknown,
        Self::Progressing,
        Self::Maintenance,
        Self::Healthy,
        Self::Suspended,
    ];

    /// The health of a project, from its registry row and what was last seen of it.
    pub fn of(project: &Project) -> Self {
        let seen = &project.observed.facts;
        let runs = seen.instance.present().is_some_and(crate::InstanceSeen::is_running);
        if project.reconciliation.maintenance {
            return Self::Maintenance;
        }
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
        let seen = &project.observed.facts;
        match (&seen.ready, &seen.instance) {
            (Observed::Present(_), Observed::Present(_)) => {
                let unreached =
                    matches!(seen.route, Observed::Absent) || matches!(seen.reached, Observed::Absent);
                if project.problem.is_some() || unreached { Self::Degraded } else { Self::Healthy }
            }
            (Observed::Unknown, _) | (_, Observed::Unknown) => Self::Unknown,
            _ => Self::Down,
        }
    }
}
