//! Backups.

use model::{Backup, BackupState, ByteSize, Page, VerificationState};
use time::OffsetDateTime;

use super::words::ago;
use super::{Fact, facts, problem, table};

/// The newest backups of all projects.
pub fn rows_of_all(page: &Page<Backup>, now: OffsetDateTime) -> String {
    let row = |backup: &Backup| {
        [
            backup.project_id.to_string(),
            ago(backup.taken_at.unwrap_or(backup.started_at), now),
            state(backup),
            size(backup.database_bytes),
            backup.id.to_string(),
        ]
    };
    let head = ["PROJECT", "TAKEN", "PROOF", "DATABASE", "BACKUP"];
    table(head, page.items.iter().map(row), "No backup yet. Take one with: atomoctl backup create PROJECT")
}

/// The backups of a project.
pub fn rows(page: &Page<Backup>, now: OffsetDateTime) -> String {
    let row = |backup: &Backup| {
        [
            backup.id.to_string(),
            ago(backup.taken_at.unwrap_or(backup.started_at), now),
            words(backup),
            state(backup),
            size(backup.database_bytes),
            size(backup.stored_bytes),
            backup.actor.label(),
        ]
    };
    let head = ["BACKUP", "TAKEN", "KIND", "PROOF", "DATABASE", "ARCHIVE", "BY"];
    table(head, page.items.iter().map(row), "No backup yet. Take one with: atomoctl backup create PROJECT")
}

/// `verified`, or why there is no proof.
fn state(backup: &Backup) -> String {
    match (backup.state, backup.verification.state) {
        (BackupState::Complete, VerificationState::Failed) => "verification failed".into(),
        (BackupState::Complete, proof) => proof.to_string(),
        (state, _) => state.to_string(),
    }
}

fn words(backup: &Backup) -> String {
    backup.kind.to_string().replace('_', " ")
}

fn size(bytes: Option<ByteSize>) -> String {
    bytes.map_or_else(|| "-".into(), |bytes| bytes.to_string())
}

/// One backup.
pub fn page(backup: &Backup, now: OffsetDateTime) -> String {
    let seconds = |ms: u64| format!("{:.1} s", std::time::Duration::from_millis(ms).as_secs_f32());
    let proof = &backup.verification;
    let lines: [Fact; 17] = [
        ("backup", Some(backup.id.to_string())),
        ("project", Some(backup.project_id.to_string())),
        ("kind", Some(format!("{}, by {}", words(backup), backup.actor.label()))),
        ("proof", Some(state(backup))),
        ("taken", backup.taken_at.map(|at| ago(at, now))),
        ("duration", backup.duration_ms().map(seconds)),
        (
            "content",
            backup.rows.map(|rows| format!("{} tables with {rows} rows", backup.tables.unwrap_or_default())),
        ),
        ("database", backup.database_bytes.map(|bytes| bytes.to_string())),
        ("uploads", backup.media_bytes.map(|bytes| bytes.to_string())),
        (
            "archive",
            backup
                .stored_bytes
                .map(|bytes| format!("{bytes}{}", if backup.encrypted { ", encrypted" } else { "" })),
        ),
        ("stored in", Some(backup.archive.clone())),
        ("schema", backup.commit.as_ref().map(|commit| commit.short().to_owned())),
        ("server", backup.server.clone()),
        ("verified", proof.at.map(|at| ago(at, now))),
        ("restore time", proof.restore_ms.map(seconds)),
        ("compared", (!proof.compared.is_empty()).then(|| proof.compared.join(", "))),
        ("differences", (!proof.differences.is_empty()).then(|| proof.differences.join("; "))),
    ];
    let text = facts(lines);
    match &backup.problem {
        Some(found) => format!("{text}\n\n{}", problem::text(found)),
        None => text,
    }
}

/// What a restore of this backup does.
pub fn consequence(backup: &Backup, backup_first: bool, now: OffsetDateTime) -> String {
    let project = &backup.project_id;
    let taken = ago(backup.taken_at.unwrap_or(backup.started_at), now);
    let proof = if backup.is_verified() { "is verified" } else { "is not verified" };
    let first = if backup_first {
        "A backup of the present data is taken first."
    } else {
        "No backup of the present data is taken first."
    };
    format!(
        "This replaces database and uploads of {project} by those of the backup taken {taken}, which {proof}. What was written since is \
         no longer in use; the present database is kept for an undo. {first}"
    )
}
