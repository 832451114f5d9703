//! Backups of the control plane itself.

use model::{BackupState, FleetBackup, FleetRecovery, LostProject, Page, SecretsBackup, VerificationState};
use time::OffsetDateTime;

use super::words::{ago, until};
use super::{Fact, facts, problem, table};

/// How the control plane can be recovered: the facts, what is wrong, and the backups.
pub fn recovery(recovery: &FleetRecovery, now: OffsetDateTime) -> String {
    let key = recovery.key.as_ref().map_or("none", |key| key.fingerprint.as_str());
    let verified = recovery.verified().map(|backup| ago(backup.taken_at.unwrap_or(backup.started_at), now));
    let lines: [Fact; 4] = [
        ("recovery key", Some(key.to_owned())),
        ("archives", Some(recovery.place.clone())),
        ("newest proof", Some(verified.unwrap_or_else(|| "none".to_owned()))),
        ("next backup", Some(recovery.next_run.map_or_else(|| "off".to_owned(), |at| until(at, now)))),
    ];
    let faults: Vec<String> = recovery.faults.iter().map(|fault| format!("\n! {fault}")).collect();
    let row = |backup: &FleetBackup| {
        [
            backup.id.to_string(),
            ago(backup.taken_at.unwrap_or(backup.started_at), now),
            state(backup),
            backup.stored_bytes.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string()),
            backup.recovery_key.clone().unwrap_or_else(|| "-".to_owned()),
        ]
    };
    let head = ["BACKUP", "TAKEN", "PROOF", "ARCHIVE", "RECOVERY KEY"];
    let none = "No backup of the control plane yet. Take one with: atomoctl fleet backup";
    format!("{}{}\n\n{}", facts(lines), faults.concat(), table(head, recovery.backups.iter().map(row), none))
}

/// `verified`, or why there is no proof.
fn state(backup: &FleetBackup) -> String {
    match (backup.state, backup.verification.state) {
        (BackupState::Complete, VerificationState::Failed) => "verification failed".into(),
        (BackupState::Complete, proof) => proof.to_string(),
        (state, _) => state.to_string(),
    }
}

/// One backup.
pub fn page(backup: &FleetBackup, now: OffsetDateTime) -> String {
    let proof = &backup.verification;
    let secrets = backup.secrets.map(|secrets| match secrets {
        SecretsBackup::Sealed => "sealed to the recovery key".to_owned(),
        SecretsBackup::External => "outside this machine; the backup has their references".to_owned(),
        SecretsBackup::Missing => "in no backup: there is no recovery key".to_owned(),
    });
    let lines: [Fact; 10] = [
        ("backup", Some(backup.id.to_string())),
        ("proof", Some(state(backup))),
        ("taken", backup.taken_at.map(|at| ago(at, now))),
        ("content", backup.rows.map(|rows| format!("{rows} rows of the registry"))),
        ("secrets", secrets),
        ("recovery key", backup.recovery_key.clone()),
        ("archive", backup.stored_bytes.map(|bytes| bytes.to_string())),
        ("stored in", Some(backup.archive.clone())),
        ("compared", (!proof.compared.is_empty()).then(|| proof.compared.join(", "))),
        ("differences", (!proof.differences.is_empty()).then(|| proof.differences.join("; "))),
    ];
    match &backup.problem {
        Some(found) => format!("{}\n\n{}", facts(lines), problem::text(found)),
        None => facts(lines),
    }
}

/// Projects whose database is lost.
pub fn lost(page: &Page<LostProject>, now: OffsetDateTime) -> String {
    let row = |lost: &LostProject| {
        [
            lost.project.to_string(),
            lost.taken_at.map_or_else(|| "-".to_owned(), |at| ago(at, now)),
            lost.backup.map_or_else(|| "-".to_owned(), |backup| backup.to_string()),
            match (&lost.problem, lost.operation) {
                (Some(problem), _) => problem.clone(),
                (None, Some(operation)) => format!("operation {operation}"),
                (None, None) => "-".to_owned(),
            },
        ]
    };
    let head = ["PROJECT", "DATA OF", "BACKUP", "RESTORE"];
    table(head, page.items.iter().map(row), "Every project has its database.")
}
