//! What callers did with backups.

use super::facts::{Facts, listed, short};
use crate::Action;

pub(super) fn sentence(action: Action, facts: Facts<'_>) -> String {
    match action {
        Action::BackupCreate => match facts.text("kind") {
            Some("pre_restore") => "Backup before a restore requested".to_owned(),
            Some("pre_deploy") => "Backup before a deploy taken".to_owned(),
            Some("pre_delete") => "Backup before a delete requested".to_owned(),
            Some("point_in_time") => "Backup written from the archive of the write-ahead log".to_owned(),
            _ => "Backup requested".to_owned(),
        },
        Action::BackupVerify => format!("Verification{} requested", of_backup(facts)),
        Action::BackupRestore if facts.text("at").is_some() => format!("Restore{} requested", to_time(facts)),
        Action::BackupRestore => format!("Restore{}{} requested", of_backup(facts), commit(facts)),
        Action::BackupRestoreNew
        | Action::BackupRestoreTables
        | Action::ProjectClone
        | Action::ProjectExpiry => beside(action, facts),
        Action::BackupUpload => format!("Archive{} uploaded", of_backup(facts)),
        Action::BackupUndo => "Undo of the restore requested".to_owned(),
        Action::BackupSchedule => policy(facts),
        Action::BackupRemove => format!("Removal{} requested", of_backup(facts)),
        Action::BackupDownload => format!("Archive{} downloaded", of_backup(facts)),
        Action::FleetBackupCreate => "Backup of the control plane requested".to_owned(),
        Action::FleetBackupRemove => format!("Removal{} of the control plane requested", of_backup(facts)),
        Action::RecoveryKeyMake => {
            format!("Recovery key{} made; later backups are sealed to it", name(facts, "fingerprint"))
        }
        _ if facts.is("dropped") => {
            format!("Database{} dropped; its data exists in backups only", name(facts, "database"))
        }
        _ => format!("Drop of the database{} requested", name(facts, "database")),
    }
}

/// What makes something beside the project, and leaves the project as it is.
fn beside(action: Action, facts: Facts<'_>) -> String {
    match action {
        Action::BackupRestoreNew => match facts.text("as") {
            Some(id) => format!("Restore{} as the new project {id} requested", of_backup(facts)),
            None => format!("Created from the backup of {}{}", taken(facts), of_source(facts)),
        },
        Action::BackupRestoreTables if facts.value("database").is_some() => {
            format!("{} in the side database{}", tables(facts), name(facts, "database"))
        }
        Action::BackupRestoreTables => {
            format!("{} requested{}, into a side database", tables(facts), from_backup(facts))
        }
        Action::ProjectClone => match facts.text("as") {
            Some(id) => format!("Clone as {id} requested"),
            None => format!("Cloned{}", of_source(facts)),
        },
        _ => match facts.text("expires_at") {
            Some(at) => format!("Expiry changed to {at}"),
            None => "Expiry changed".to_owned(),
        },
    }
}

/// ` of the backup of 2026-11-30 14:07`, or nothing if the detail has no time.
fn of_backup(facts: Facts<'_>) -> String {
    facts.text("taken_at").map(|at| format!(" of the backup of {at}")).unwrap_or_default()
}

/// `Tables a and b`, or `Tables` if the detail names none.
fn tables(facts: Facts<'_>) -> String {
    match listed(&facts.texts("tables")) {
        names if names.is_empty() => "Tables".to_owned(),
        names => format!("Tables {names}"),
    }
}

fn taken(facts: Facts<'_>) -> &str {
    facts.text("taken_at").unwrap_or("an unknown time")
}

fn from_backup(facts: Facts<'_>) -> String {
    facts.text("taken_at").map(|at| format!(" from the backup of {at}")).unwrap_or_default()
}

/// ` of shop`, the project whose data it is.
fn of_source(facts: Facts<'_>) -> String {
    facts.text("source").map(|source| format!(" from {source}")).unwrap_or_default()
}

/// A new project got its first data.
pub(super) fn filled(facts: Facts<'_>) -> String {
    match facts.text("source") {
        Some(source) => format!("Database and uploads of {source} are in place{}", from_backup(facts)),
        None => format!("Its first data is in place{}", from_backup(facts)),
    }
}

fn commit(facts: Facts<'_>) -> String {
    facts.text("commit").map(|commit| format!(" with the schema at {}", short(commit))).unwrap_or_default()
}

fn name(facts: Facts<'_>, fact: &str) -> String {
    facts.text(fact).map(|name| format!(" {name}")).unwrap_or_default()
}

/// ` to 2026-11-30 14:07:12 UTC`, or nothing.
fn to_time(facts: Facts<'_>) -> String {
    facts.text("at").map(|at| format!(" to {at}")).unwrap_or_default()
}

/// A base backup is due.
pub(super) fn base(facts: Facts<'_>) -> String {
    format!("Base backup of the database server{} requested", name(facts, "database_server"))
}

/// A project got the data of a backup.
pub(super) fn restored(facts: Facts<'_>) -> String {
    if facts.text("at").is_some() {
        return format!("Database restored{}", to_time(facts));
    }
    let taken = facts.text("taken_at").map(|at| format!(" from the backup of {at}")).unwrap_or_default();
    let schema = facts.text("commit").map(|commit| format!(", with the schema at {}", short(commit)));
    format!("Database and uploads restored{taken}{}", schema.unwrap_or_default())
}

/// The control plane was recovered from a backup of itself.
pub(super) fn recovered(facts: Facts<'_>) -> String {
    format!("Control plane recovered{}; sessions ended", of_backup(facts))
}

fn policy(facts: Facts<'_>) -> String {
    match facts.within("policy").text("schedule") {
        None => "Backup policy: that of the fleet again".to_owned(),
        Some("off") => "Backup policy changed: no scheduled backups".to_owned(),
        Some(schedule) => format!("Backup policy changed: {schedule}"),
    }
}
