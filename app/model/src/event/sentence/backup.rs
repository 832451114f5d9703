//! What callers did with backups.

use super::facts::{Facts, short};
use crate::Action;

pub(super) fn sentence(action: Action, facts: Facts<'_>) -> String {
    match action {
        Action::BackupCreate => match facts.text("kind") {
            Some("pre_restore") => "Backup before a restore requested".to_owned(),
            Some("pre_delete") => "Backup before a delete requested".to_owned(),
            _ => "Backup requested".to_owned(),
        },
        Action::BackupVerify => format!("Verification{} requested", of_backup(facts)),
        Action::BackupRestore => format!("Restore{}{} requested", of_backup(facts), commit(facts)),
        Action::BackupUndo => "Undo of the restore requested".to_owned(),
        Action::BackupSchedule => policy(facts),
        Action::BackupRemove => format!("Removal{} requested", of_backup(facts)),
        Action::BackupDownload => format!("Archive{} downloaded", of_backup(facts)),
        _ => format!("Drop of the database{} requested", name(facts, "database")),
    }
}

/// ` of the backup of 2026-11-30 14:07`, or nothing if the detail has no time.
fn of_backup(facts: Facts<'_>) -> String {
    facts.text("taken_at").map(|at| format!(" of the backup of {at}")).unwrap_or_default()
}

fn commit(facts: Facts<'_>) -> String {
    facts.text("commit").map(|commit| format!(" with the schema at {}", short(commit))).unwrap_or_default()
}

fn name(facts: Facts<'_>, fact: &str) -> String {
    facts.text(fact).map(|name| format!(" {name}")).unwrap_or_default()
}

/// A project got the data of a backup.
pub(super) fn restored(facts: Facts<'_>) -> String {
    let taken = facts.text("taken_at").map(|at| format!(" from the backup of {at}")).unwrap_or_default();
    let schema = facts.text("commit").map(|commit| format!(", with the schema at {}", short(commit)));
    format!("Database and uploads restored{taken}{}", schema.unwrap_or_default())
}

fn policy(facts: Facts<'_>) -> String {
    match facts.within("policy").text("schedule") {
        None => "Backup policy: that of the fleet again".to_owned(),
        Some("off") => "Backup policy changed: no scheduled backups".to_owned(),
        Some(schedule) => format!("Backup policy changed: {schedule}"),
    }
}
