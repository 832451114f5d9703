//! State and proof of a backup, as a mark and as a sentence.

use leptos::prelude::*;
use model::{Backup, BackupKind, BackupState, VerificationState};
use time::OffsetDateTime;

use crate::components::Icon;
use crate::html::Html;
use crate::text::{ago, count};

/// What an operator has to know of a backup first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Running,
    Verified,
    Unverified,
    /// It could not be restored, or what was restored was different.
    NotProved,
    /// It was not completed.
    Failed,
    Removed,
}

impl Mark {
    pub(super) const fn of(backup: &Backup) -> Self {
        match (backup.state, backup.verification.state) {
            (BackupState::Running, _) => Self::Running,
            (BackupState::Failed, _) => Self::Failed,
            (BackupState::Removed, _) => Self::Removed,
            (BackupState::Complete, VerificationState::Unverified) => Self::Unverified,
            (BackupState::Complete, VerificationState::Verified) => Self::Verified,
            (BackupState::Complete, VerificationState::Failed) => Self::NotProved,
        }
    }

    /// Tone, icon and text.
    pub(super) const fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Running => ("move", "progressing", "Running"),
            Self::Verified => ("ok", "verified", "Verified"),
            Self::Unverified => ("warn", "unverified", "Not verified yet"),
            Self::NotProved => ("bad", "down", "Verification failed"),
            Self::Failed => ("bad", "down", "Failed"),
            Self::Removed => ("idle", "skipped", "Removed"),
        }
    }

    /// Writes the mark into a table that is written as text.
    pub(super) fn write(self, html: &mut Html) {
        let (tone, icon, text) = self.look();
        html.open("span", &[("class", "status"), ("data-tone", tone)]);
        html.icon(icon, self == Self::Running).text(text).close("span");
    }
}

/// The state of a backup and its proof.
#[component]
pub(super) fn BackupMark(mark: Mark) -> impl IntoView {
    let (tone, icon, text) = mark.look();
    view! {
        <span class="status" data-tone=tone>
            <Icon name=icon spin=mark == Mark::Running/>
            {text}
        </span>
    }
    .into_any()
}

/// The reason for the backup: `Manual`, `Schedule`.
pub(super) const fn kind(kind: BackupKind) -> &'static str {
    match kind {
        BackupKind::Manual => "Manual",
        BackupKind::Scheduled => "Schedule",
        BackupKind::PreRestore => "Before a restore",
        BackupKind::PreDeploy => "Before a deploy",
        BackupKind::PreDelete => "Before a delete",
        BackupKind::PointInTime => "Point in time",
        BackupKind::Uploaded => "Uploaded",
    }
}

/// What was proved in short, or why not.
pub(super) fn proof(backup: &Backup, now: OffsetDateTime) -> String {
    match Mark::of(backup) {
        Mark::Running => "The archive is being written.".to_owned(),
        Mark::Unverified => format!("{}, not restored yet", contents(backup)),
        Mark::Verified => {
            let at = backup.verification.at.map(|at| format!(", verified {}", ago(at, now)));
            let first = backup.verification.compared.first().cloned();
            format!("{}{}", first.unwrap_or_else(|| contents(backup)), at.unwrap_or_default())
        }
        Mark::NotProved => backup.verification.differences.first().cloned().unwrap_or_default(),
        Mark::Failed => backup.problem.as_ref().map(|problem| problem.title.clone()).unwrap_or_default(),
        Mark::Removed => "The archive was removed.".to_owned(),
    }
}

/// What was compared, as one phrase.
pub(super) fn compared(backup: &Backup) -> String {
    let phrases = &backup.verification.compared;
    if phrases.is_empty() { contents(backup) } else { phrases.join(", ") }
}

/// `11 tables with 20,000 rows`.
pub(super) fn contents(backup: &Backup) -> String {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    match (backup.tables, backup.rows) {
        (Some(tables), Some(rows)) => {
            let tables = count(number(tables), "table", "tables");
            format!("{tables} with {}", count(number(rows), "row", "rows"))
        }
        _ => "number of rows unknown".to_owned(),
    }
}

/// The moment that a backup shows; of one that is not complete, its start.
pub(super) fn taken(backup: &Backup) -> OffsetDateTime {
    backup.taken_at.unwrap_or(backup.started_at)
}

#[cfg(test)]
pub(super) mod tests;
