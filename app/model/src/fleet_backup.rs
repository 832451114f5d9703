//! Backups of the control plane itself, and the key by which its secrets are recovered.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::state::words;
use crate::{Actor, BackupId, BackupKind, BackupState, ByteSize, OperationId, Problem, ProjectId};
use crate::{Verification, VerificationState};

/// What a backup of the control plane contains of its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretsBackup {
    /// The secret store and its key, sealed to the recovery key.
    Sealed,
    /// References only: the values are in a store outside this machine.
    External,
    /// Nothing: there was no recovery key.
    Missing,
}

words!(SecretsBackup { Sealed = "sealed", External = "external", Missing = "missing" }
    accepted "sealed, external or missing");

/// The public part of a recovery key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryKey {
    /// Identifies the key, for people: `3f2a-91c0-77de-0b14`.
    pub fingerprint: String,
    /// The `age` recipient that secrets are sealed to: `age1…`.
    pub recipient: String,
    /// When it was made here; absent: a setting names it.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub made_at: Option<OffsetDateTime>,
}

/// A backup of the control plane: registry, settings without secrets, and its secrets sealed to the recovery key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FleetBackup {
    /// Its id.
    pub id: BackupId,
    /// Why it was taken.
    pub kind: BackupKind,
    /// Who asked for it.
    pub actor: Actor,
    /// Whether it can be recovered from.
    pub state: BackupState,
    /// The operation that takes or took it.
    pub operation_id: OperationId,
    /// The archive, with its store: `the folder /var/lib/fleet/backups, _fleet/0193…`.
    pub archive: String,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it was complete; absent: it is not.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<OffsetDateTime>,
    /// The moment that it shows: the time of its snapshot.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<OffsetDateTime>,
    /// Its size in the archive store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_bytes: Option<ByteSize>,
    /// The number of rows of the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// What it contains of the secrets; absent while it is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<SecretsBackup>,
    /// The fingerprint of the recovery key that opens it; absent: there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_key: Option<String>,
    /// The proof.
    pub verification: Verification,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl FleetBackup {
    /// Whether it is complete and was proved by a restore.
    pub fn is_verified(&self) -> bool {
        self.state == BackupState::Complete && self.verification.state == VerificationState::Verified
    }
}

/// How the control plane itself can be recovered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FleetRecovery {
    /// The recovery key in use; absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RecoveryKey>,
    /// Whether the secrets are kept outside this machine, so that a backup needs their references only.
    pub secrets_external: bool,
    /// Where the archives are.
    pub place: String,
    /// Its backups that were not removed, newest first, at most 100.
    pub backups: Vec<FleetBackup>,
    /// When the next scheduled one is due; absent: they are off.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub next_run: Option<OffsetDateTime>,
    /// What is wrong, as sentences; empty: the control plane can be recovered.
    #[serde(default)]
    pub faults: Vec<String>,
}

/// What a recovery would lose without an alert: the proof is older than this.
const STALE: Duration = Duration::days(2);

impl FleetRecovery {
    /// The newest backup that was proved by a restore.
    pub fn verified(&self) -> Option<&FleetBackup> {
        self.backups.iter().find(|backup| backup.is_verified())
    }

    /// The newest one.
    pub fn newest(&self) -> Option<&FleetBackup> {
        self.backups.first()
    }

    /// What is wrong at this time, as sentences.
    pub fn faults_at(&self, now: OffsetDateTime) -> Vec<String> {
        let mut faults = Vec::new();
        if self.key.is_none() && !self.secrets_external {
            faults.push(
                "There is no recovery key: the control plane's secrets are in no backup. Make a recovery key."
                    .to_owned(),
            );
        }
        if let Some(failed) = self.newest().filter(|backup| is_failed(backup)) {
            let why =
                failed.problem.as_ref().map(|problem| format!(" {}.", problem.title.trim_end_matches('.')));
            let why = why.or_else(|| failed.verification.differences.first().map(|it| format!(" {it}")));
            faults.push(format!("The newest backup of the control plane failed.{}", why.unwrap_or_default()));
        }
        match self.verified() {
            None if self.newest().is_some_and(|backup| now - backup.started_at > STALE) || self.backups.is_empty() => {
                faults.push("No backup of the control plane was proved yet.".to_owned());
            }
            Some(backup) if now - backup.taken_at.unwrap_or(backup.started_at) > STALE => {
                faults.push("The newest proved backup of the control plane is older than 2 days.".to_owned());
            }
            Some(backup) if self.opens_with_another_key(backup) => faults.push(
                "The newest proved backup is sealed to a former recovery key. The next one is sealed to the present one."
                    .to_owned(),
            ),
            _ => {}
        }
        faults
    }

    fn opens_with_another_key(&self, backup: &FleetBackup) -> bool {
        let key = self.key.as_ref().map(|key| key.fingerprint.as_str());
        !self.secrets_external && key.is_some() && backup.recovery_key.as_deref() != key
    }
}

fn is_failed(backup: &FleetBackup) -> bool {
    backup.state == BackupState::Failed || backup.verification.state == VerificationState::Failed
}

/// A project whose database is gone, and what is done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LostProject {
    /// The project.
    pub project: ProjectId,
    /// The backup that it gets: the newest complete one whose verification did not fail. Absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupId>,
    /// The moment that it shows: what was written later is lost.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<OffsetDateTime>,
    /// The restore that was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationId>,
    /// Why none was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

#[cfg(test)]
mod tests;
