//! Drift: on which levels a running project is not what was declared, since when, and what was decided about it.
//!
//! A *finding* is one level of one project that differs. It is open until the level matches again or an operator accepts it.
//! [`crate::difference`] is what the engine closes by itself; a finding of such a level says that it was seen and closed.
//! `docs/drift.md` describes it for operators.

mod draft;
mod fix;
mod level;
mod lines;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, CommitSha, OperationId, ProjectId};

pub use draft::{AcceptDraft, SnoozeDraft};
pub use fix::{DriftFix, FixOutcome};
pub use level::DriftLevel;
pub use lines::{DIFF_LINES, catalog_difference, is_noise, line_difference};

uuid_id! {
    /// The id of a finding (UUID v7: later ones sort behind).
    DriftFindingId
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriftSeverity {
    /// It waits for a decision.
    Attention,
    /// The engine closes it by itself.
    Notice,
}

words!(DriftSeverity { Attention = "attention", Notice = "notice" } accepted "attention or notice");

/// What an operator decided about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriftDecisionKind {
    /// What was observed is declared from now on.
    Accept,
    /// No alert until a time.
    Snooze,
}

words!(DriftDecisionKind { Accept = "accept", Snooze = "snooze" } accepted "accept or snooze");

/// A decision about a finding. It ends when the finding changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DriftDecision {
    /// Which.
    pub kind: DriftDecisionKind,
    /// Why, in the words of the operator.
    pub reason: String,
    /// Who decided.
    pub by: Actor,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// When a snooze ends; absent for an accept.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub until: Option<OffsetDateTime>,
}

/// One level of one project that is not what was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DriftFinding {
    /// Its id.
    pub id: DriftFindingId,
    /// The project.
    pub project_id: ProjectId,
    /// The level.
    pub level: DriftLevel,
    /// How much it matters.
    pub severity: DriftSeverity,
    /// The digest of the difference: another key is another difference.
    pub key: String,
    /// The difference, each line beginning with `+` (not declared), `-` (declared and missing) or `~` (declared and different).
    /// At most 200 lines.
    pub diff: Vec<String>,
    /// When the level was first seen to differ.
    #[serde(with = "time::serde::rfc3339")]
    pub first_seen: OffsetDateTime,
    /// When the present difference was first seen.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
    /// When it was last seen.
    #[serde(with = "time::serde::rfc3339")]
    pub last_seen: OffsetDateTime,
    /// Since when the level could not be observed; absent: it can be.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<OffsetDateTime>,
    /// When the level matched again; absent: it differs.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<OffsetDateTime>,
    /// What was decided; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DriftDecision>,
}

impl DriftFinding {
    /// Whether it waits for a decision at `now`: it differs, is not accepted, and no snooze lasts.
    pub fn is_open(&self, now: OffsetDateTime) -> bool {
        let decided = self.decision.as_ref().is_some_and(|decision| match decision.kind {
            DriftDecisionKind::Accept => true,
            DriftDecisionKind::Snooze => decision.until.is_some_and(|until| until > now),
        });
        self.resolved_at.is_none() && !decided
    }

    /// Whether it is shown under *Needs attention* at `now`.
    pub fn needs_attention(&self, now: OffsetDateTime) -> bool {
        self.severity == DriftSeverity::Attention && self.is_open(now)
    }

    /// What happened, as a phrase without a full stop: `Catalog differs in 3 places`.
    pub fn what(&self) -> String {
        match self.diff.len() {
            1 => format!("{} differs: {}", self.level.label(), self.diff[0]),
            places => format!("{} differs in {places} places", self.level.label()),
        }
    }

    /// What would close it.
    pub fn fix(&self) -> DriftFix {
        fix::of(self.level, &self.diff)
    }

    /// Its state at `now`, as a word for lists.
    pub fn state(&self, now: OffsetDateTime) -> &'static str {
        match &self.decision {
            _ if self.resolved_at.is_some() => "resolved",
            Some(decision) if decision.kind == DriftDecisionKind::Accept => "accepted",
            Some(_) if !self.is_open(now) => "snoozed",
            _ if self.unknown_since.is_some() => "unknown",
            _ => "open",
        }
    }
}

/// Which findings of the fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DriftFilter {
    /// Of this project.
    pub project: Option<ProjectId>,
    /// On this level.
    pub level: Option<DriftLevel>,
    /// Also those that are accepted or snoozed.
    pub decided: bool,
}

/// What was last seen of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriftState {
    /// It is what was declared.
    InSync,
    /// It differs; the finding says in what.
    Drifted,
    /// It could not be observed.
    Unknown,
    /// It is not compared now; the note says why.
    NotCompared,
}

words!(DriftState {
    InSync = "in_sync", Drifted = "drifted", Unknown = "unknown", NotCompared = "not_compared",
} accepted "in_sync, drifted, unknown or not_compared");

/// A level of a project as of its last check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DriftLevelState {
    /// The level.
    pub level: DriftLevel,
    /// What was seen.
    pub state: DriftState,
    /// Why it is unknown or not compared, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was last checked; absent: not since the control plane started.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<OffsetDateTime>,
    /// Since when it could not be observed.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<OffsetDateTime>,
}

/// What the catalog, the models and the version of a project are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Baseline {
    /// The commit that was deployed.
    pub commit: CommitSha,
    /// The release that was running.
    pub release: String,
    /// The version that it reported.
    pub version: String,
    /// SHA-256 of the lines of the catalog.
    pub catalog_digest: String,
    /// When it was recorded, or last accepted.
    #[serde(with = "time::serde::rfc3339")]
    pub recorded_at: OffsetDateTime,
    /// The operation after which it was recorded; absent: no operation is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<OperationId>,
}

/// The drift of one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectDrift {
    /// The project.
    pub project_id: ProjectId,
    /// Every level, in the order of [`DriftLevel::ALL`].
    pub levels: Vec<DriftLevelState>,
    /// Its findings: those that are not resolved, then at most 20 resolved ones, the newest first.
    pub findings: Vec<DriftFinding>,
    /// What it is compared with; absent: nothing was recorded yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// The newest commit of the schema file in its repository, if it is not the pinned one. Information, no drift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_ahead: Option<CommitSha>,
}

#[cfg(test)]
mod tests;
