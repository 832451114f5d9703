//! Alerts: what needs or needed a person, since when, and how it ended. Written once when it begins, when it gets worse and when it is
//! over; never repeated while nothing changes. `docs/alerts.md` describes them for operators.

mod change;
mod condition;
mod filter;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, DriftFindingId, OperationId, ProjectId};

pub use change::{AlertChanges, alert_changes};
pub use condition::AlertCondition;
pub use filter::{AlertFilter, AlertFilterDraft, AlertState};

uuid_id! {
    /// The id of an alert (UUID v7: later ones sort behind).
    AlertId
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// The backups of a project.
    Backup,
    /// One level on which a project differs from what was declared.
    Drift,
}

words!(AlertKind { Backup = "backup", Drift = "drift" } accepted "backup or drift");

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Backup, Self::Drift];

    /// The kind as a label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Backup => "Backups",
            Self::Drift => "Drift",
        }
    }
}

/// How much an alert matters, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertSeverity {
    /// The control plane closes it by itself.
    Notice,
    /// It waits for a person.
    Warning,
    /// Data can be lost until a person has acted.
    Critical,
}

words!(AlertSeverity { Notice = "notice", Warning = "warning", Critical = "critical" }
    accepted "notice, warning or critical");

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it is about.
    pub kind: AlertKind,
    /// How much it matters now; for one that is over, when it ended.
    pub severity: AlertSeverity,
    /// The project.
    pub project_id: ProjectId,
    /// What of the project: `backups`, or the level of the drift. A subject has at most one open alert.
    pub subject: String,
    /// What happened, as a phrase without a full stop: `Catalog differs in 3 places`.
    pub sentence: String,
    /// When it was opened: at most a look after its condition began.
    #[serde(with = "time::serde::rfc3339")]
    pub opened_at: OffsetDateTime,
    /// When its severity last rose; absent: it never did.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub worsened_at: Option<OffsetDateTime>,
    /// When it was over; absent: it is open.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<OffsetDateTime>,
    /// Who ended it by accepting or snoozing; absent: the condition itself ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<Actor>,
    /// The drift finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding_id: Option<DriftFindingId>,
    /// The operation that tells more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<OperationId>,
}

impl Alert {
    /// Whether it is open.
    pub const fn is_open(&self) -> bool {
        self.resolved_at.is_none()
    }

    /// Its state as a word for lists: `open`, `worsened`, `resolved` or `closed` (by a person).
    pub const fn state(&self) -> &'static str {
        match (self.resolved_at, &self.closed_by, self.worsened_at) {
            (Some(_), Some(_), _) => "closed",
            (Some(_), None, _) => "resolved",
            (None, _, Some(_)) => "worsened",
            (None, _, None) => "open",
        }
    }

    /// The page that shows more.
    pub fn page(&self) -> String {
        match (self.kind, self.finding_id) {
            (AlertKind::Drift, Some(finding)) => format!("/drift/{finding}"),
            (AlertKind::Drift, None) => format!("/projects/{}/drift", self.project_id),
            (AlertKind::Backup, _) => format!("/projects/{}/backups", self.project_id),
        }
    }
}

#[cfg(test)]
mod tests;
