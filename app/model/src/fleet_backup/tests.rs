use super::*;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn backup(hours: i64, verification: VerificationState, key: Option<&str>) -> FleetBackup {
    let at = NOW - Duration::hours(hours);
    FleetBackup {
        id: uuid::Uuid::nil().into(),
        kind: BackupKind::Scheduled,
        actor: Actor::Schedule,
        state: BackupState::Complete,
        operation_id: uuid::Uuid::nil().into(),
        archive: "_fleet/0193".into(),
        started_at: at,
        completed_at: Some(at),
        taken_at: Some(at),
        stored_bytes: None,
        rows: Some(3),
        secrets: Some(SecretsBackup::Sealed),
        recovery_key: key.map(str::to_owned),
        verification: Verification { state: verification, ..Verification::default() },
        problem: None,
    }
}

fn recovery(key: Option<&str>, backups: Vec<FleetBackup>) -> FleetRecovery {
    let key = key.map(|key| RecoveryKey { fingerprint: key.into(), recipient: "age1".into(), made_at: None });
    let (secrets_external, place, next_run, faults) = (false, "the folder".into(), None, Vec::new());
    FleetRecovery { key, secrets_external, place, backups, next_run, faults }
}

#[test]
fn a_missing_key_a_failed_backup_an_old_proof_and_a_former_key_are_faults() {
    use VerificationState::{Failed, Verified};
    let good = || backup(3, Verified, Some("a"));
    assert_eq!(recovery(Some("a"), vec![good()]).faults_at(NOW), Vec::<String>::new());
    for (recovery, fault) in [
        (recovery(None, vec![good()]), "There is no recovery key"),
        (recovery(Some("a"), Vec::new()), "No backup of the control plane was proved"),
        (
            recovery(Some("a"), vec![backup(1, Failed, Some("a")), good()]),
            "The newest backup of the control plane failed",
        ),
        (recovery(Some("a"), vec![backup(49, Verified, Some("a"))]), "older than 2 days"),
        (recovery(Some("b"), vec![good()]), "sealed to a former recovery key"),
    ] {
        let faults = recovery.faults_at(NOW);
        assert!(faults.len() == 1 && faults[0].contains(fault), "{fault}: {faults:?}");
    }
}

#[test]
fn secrets_outside_this_machine_need_no_recovery_key() {
    let recovery = FleetRecovery {
        secrets_external: true,
        ..recovery(None, vec![backup(3, VerificationState::Verified, None)])
    };
    assert_eq!(recovery.faults_at(NOW), Vec::<String>::new());
}
