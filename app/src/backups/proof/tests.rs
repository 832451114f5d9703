use model::{
    Actor, Backup, BackupKind, BackupState, ByteSize, Problem, ProblemKind, Verification, VerificationState,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Mark, contents, proof};

/// The time of the first backup.
pub(in crate::backups) const BEGUN: OffsetDateTime = datetime!(2026-11-30 14:07:00 UTC);

/// A verified backup of `crm`, `number` minutes after [`BEGUN`].
pub(in crate::backups) fn backup(number: u8) -> Backup {
    let at = BEGUN + Duration::minutes(i64::from(number));
    Backup {
        id: Uuid::from_u128(u128::from(number)).into(),
        project_id: "crm".parse().unwrap(),
        kind: BackupKind::Manual,
        actor: Actor::Schedule,
        state: BackupState::Complete,
        operation_id: Uuid::from_u128(77).into(),
        archive: "the folder /b, crm/1".into(),
        started_at: at,
        completed_at: Some(at + Duration::seconds(2)),
        taken_at: Some(at),
        stored_bytes: Some(ByteSize::new(1_200_000)),
        database_bytes: Some(ByteSize::new(8_400_000)),
        media_bytes: Some(ByteSize::new(0)),
        tables: Some(11),
        rows: Some(20_000),
        commit: None,
        server: None,
        encrypted: false,
        verification: Verification {
            state: VerificationState::Verified,
            at: Some(at + Duration::minutes(1)),
            restore_ms: Some(3100),
            duration_ms: Some(4000),
            compared: vec!["11 tables with 20,000 rows, by content".into()],
            differences: Vec::new(),
        },
        problem: None,
    }
}

/// The same, not verified.
pub(in crate::backups) fn unverified(number: u8) -> Backup {
    Backup { verification: Verification::default(), ..backup(number) }
}

/// The same, failed.
pub(in crate::backups) fn failed(number: u8) -> Backup {
    let problem = Problem::new(ProblemKind::Refused, "The archive is full", "Nothing was changed.");
    Backup { state: BackupState::Failed, problem: Some(problem), taken_at: None, ..unverified(number) }
}

#[test]
fn a_proof_says_what_was_compared_and_when() {
    let now = BEGUN + Duration::minutes(5);
    assert_eq!(proof(&backup(1), now), "11 tables with 20,000 rows, by content, verified 3 min ago");
    assert_eq!(proof(&unverified(1), now), "11 tables with 20,000 rows, not restored yet");
    assert_eq!(proof(&failed(1), now), "The archive is full");
}

#[test]
fn a_failed_verification_is_not_a_failed_backup() {
    let mut differs = backup(1);
    differs.verification.state = VerificationState::Failed;
    differs.verification.differences = vec!["The table orders has 7 rows instead of 8.".into()];
    assert_eq!(Mark::of(&differs), Mark::NotProved);
    assert_eq!(proof(&differs, BEGUN), "The table orders has 7 rows instead of 8.");
    assert_eq!(Mark::of(&failed(1)), Mark::Failed);
}

#[test]
fn an_unknown_number_of_rows_is_not_zero() {
    assert_eq!(contents(&Backup { rows: None, ..backup(1) }), "number of rows unknown");
}
