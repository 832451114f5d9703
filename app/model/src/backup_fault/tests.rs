//! Which projects' backups need a person.

use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::{BackupFault, BackupFaultKind, BackupsSeen, LastBackup};
use crate::{BackupPolicy, BackupSchedule, BackupState, VerificationState};

const NOW: OffsetDateTime = datetime!(2026-11-30 12:00 UTC);

fn policy(schedule: &str) -> BackupPolicy {
    BackupPolicy { schedule: schedule.parse().unwrap(), ..BackupPolicy::default() }
}

fn seen(hours: i64) -> BackupsSeen {
    let at = Some(NOW - Duration::hours(hours));
    BackupsSeen { created_at: NOW - Duration::days(30), last: None, complete_at: at, verified_at: at }
}

fn last(state: BackupState, verification: VerificationState) -> LastBackup {
    let reason = Some("The bucket denied the write.".to_owned());
    let operation_id = uuid::Uuid::from_u128(1).into();
    LastBackup { started_at: NOW, operation_id, state, verification, reason }
}

fn fault(seen: &BackupsSeen, policy: &BackupPolicy) -> Option<(BackupFaultKind, String)> {
    let fault = BackupFault::of(&"shop".parse().unwrap(), seen, policy, NOW)?;
    Some((fault.kind, fault.what))
}

#[test]
fn a_fresh_proof_needs_nobody() {
    assert_eq!(fault(&seen(3), &policy("every 2h")), None);
}

#[test]
fn a_backup_that_failed_is_told_with_its_reason_whatever_the_schedule() {
    let failed =
        BackupsSeen { last: Some(last(BackupState::Failed, VerificationState::Unverified)), ..seen(1) };
    let found = fault(&failed, &BackupPolicy { schedule: BackupSchedule::Off, ..policy("every 2h") });
    let what = "The last backup failed: The bucket denied the write".to_owned();
    assert_eq!(found, Some((BackupFaultKind::Failed, what)));
}

#[test]
fn one_that_could_not_be_restored_is_no_good_backup() {
    let differs =
        BackupsSeen { last: Some(last(BackupState::Complete, VerificationState::Failed)), ..seen(1) };
    assert_eq!(fault(&differs, &policy("every 2h")).unwrap().0, BackupFaultKind::NotProved);
}

#[test]
fn two_missed_runs_are_overdue_and_one_is_not() {
    assert_eq!(fault(&seen(4), &policy("every 2h")), None, "within the grace");
    let found = fault(&seen(8), &policy("every 2h"));
    assert_eq!(found, Some((BackupFaultKind::Overdue, "The newest verified backup is 8 h old".into())));
    assert_eq!(fault(&seen(800), &policy("off")), None, "nothing is promised");
}

#[test]
fn a_project_that_never_had_one_is_overdue_after_two_runs() {
    let new = BackupsSeen { created_at: NOW - Duration::hours(1), verified_at: None, ..seen(0) };
    assert_eq!(fault(&new, &policy("every 2h")), None);
    let old = BackupsSeen { verified_at: None, ..seen(0) };
    let found = fault(&old, &policy("every 2h"));
    assert_eq!(found, Some((BackupFaultKind::Overdue, "There is no verified backup".into())));
}

#[test]
fn where_none_is_verified_a_complete_one_counts() {
    let complete = BackupsSeen { verified_at: None, ..seen(1) };
    let unverified = BackupPolicy { verify: false, ..policy("every 2h") };
    assert_eq!(fault(&complete, &unverified), None);
}
