//! Projects whose backups need a person: the last one failed or could not be proved, or the newest good one is too old. Pure.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::state::words;
use crate::{BackupPolicy, BackupState, OperationId, ProjectId, VerificationState, span};

/// Intervals of the schedule after which a project without a newer good backup needs a person.
const INTERVALS: i32 = 2;
/// What a backup and its verification may take beyond that.
const GRACE: Duration = Duration::hours(1);

/// Why the backups of a project need a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BackupFaultKind {
    /// The last backup was not completed.
    Failed,
    /// The last backup could not be restored, or what was restored was different.
    NotProved,
    /// No good backup is as new as the schedule promises.
    Overdue,
}

words!(BackupFaultKind { Failed = "failed", NotProved = "not_proved", Overdue = "overdue" }
    accepted "failed, not_proved or overdue");

/// A project whose backups need a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupFault {
    /// The project.
    pub project_id: ProjectId,
    /// Why.
    pub kind: BackupFaultKind,
    /// What happened, as a phrase without a full stop: `The last backup failed: The bucket denied the write`.
    pub what: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// The moment that the newest verified backup shows; absent: there is none.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<OffsetDateTime>,
    /// The operation that tells more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<OperationId>,
}

/// How the last backup of a project ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    /// When it was begun.
    pub started_at: OffsetDateTime,
    /// The operation that took it.
    pub operation_id: OperationId,
    /// Complete or failed.
    pub state: BackupState,
    /// Its verification.
    pub verification: VerificationState,
    /// Why it failed, or the first difference that its verification found.
    pub reason: Option<String>,
}

/// What is known of the backups of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupsSeen {
    /// When the project was created.
    pub created_at: OffsetDateTime,
    /// The last one that ended and was not removed.
    pub last: Option<LastBackup>,
    /// The moment that the newest complete one shows.
    pub complete_at: Option<OffsetDateTime>,
    /// The moment that the newest verified one shows.
    pub verified_at: Option<OffsetDateTime>,
}

impl BackupFault {
    /// What needs a person at `now`; `None`: nothing does.
    pub fn of(
        project: &ProjectId,
        seen: &BackupsSeen,
        policy: &BackupPolicy,
        now: OffsetDateTime,
    ) -> Option<Self> {
        let fault = |kind, what, since, operation_id| Self {
            project_id: project.clone(),
            kind,
            what,
            since,
            verified_at: seen.verified_at,
            operation_id,
        };
        if let Some(last) = &seen.last {
            let because = last.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let because = because.trim_end_matches('.');
            let found = match (last.state, last.verification) {
                (BackupState::Failed, _) => Some((BackupFaultKind::Failed, "The last backup failed")),
                (BackupState::Complete, VerificationState::Failed) => {
                    Some((BackupFaultKind::NotProved, "The last backup could not be proved"))
                }
                _ => None,
            };
            if let Some((kind, what)) = found {
                let what = format!("{what}{because}");
                return Some(fault(kind, what, last.started_at, Some(last.operation_id)));
            }
        }
        let good = if policy.verify { seen.verified_at } else { seen.complete_at };
        let until = promised_until(policy, good.unwrap_or(seen.created_at))?;
        let word = if policy.verify { "verified backup" } else { "backup" };
        let what = match good {
            Some(at) => format!("The newest {word} is {} old", span(now - at)),
            None => format!("There is no {word}"),
        };
        (now > until).then(|| fault(BackupFaultKind::Overdue, what, until, None))
    }
}

/// Until when a good backup of this age is as new as the schedule promises; `None`: backups are off.
fn promised_until(policy: &BackupPolicy, good: OffsetDateTime) -> Option<OffsetDateTime> {
    let mut at = good;
    for _ in 0..INTERVALS {
        at = policy.schedule.next_after(at)?;
    }
    Some(at + GRACE)
}

#[cfg(test)]
mod tests;
