//! Backups of the control plane itself: listing them, and what their jobs report.

use model::{BackupId, BackupKind, ByteSize, OperationId, Problem, RecoveryKey, Verification};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Change, RegistryError, Reports, Result};

/// A backup that is about to be taken.
#[derive(Debug, Clone)]
pub struct NewFleetBackup<'a> {
    /// Its id.
    pub id: BackupId,
    /// Why.
    pub kind: BackupKind,
    /// The job that takes it.
    pub operation: OperationId,
    /// The archive store, for people.
    pub place: &'a str,
}

/// An archive that is complete.
#[derive(Debug, Clone)]
pub struct CompleteFleetBackup<'a> {
    /// The moment that it shows.
    pub taken_at: OffsetDateTime,
    /// Its size in the store.
    pub stored: ByteSize,
    /// The number of rows.
    pub rows: u64,
    /// Its manifest.
    pub manifest: &'a Value,
    /// SHA-256 of its seal.
    pub seal: &'a str,
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl Change {
    /// Locks what jobs of the fleet are opened under, for the rest of the change.
    pub async fn lock_fleet(&mut self) -> Result<()> {
        sqlx::query!("select id from fleet for update")
            .fetch_one(self.connection())
            .await
            .map_err(RegistryError::sql("locking the fleet"))?;
        Ok(())
    }

    /// Lists a backup as running.
    pub async fn begin_fleet_backup(&mut self, new: &NewFleetBackup<'_>) -> Result<()> {
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into fleet_backups (id, kind, actor, state, operation_id, place) values ($1, $2, $3, 'running', $4, $5)",
            new.id.as_uuid(),
            new.kind.as_str(),
            actor,
            new.operation.as_uuid(),
            new.place
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("listing a backup of the control plane"))?;
        Ok(())
    }

    /// Marks a backup as removed; its archive is removed afterwards. `false` if it is running, or was removed already.
    pub async fn remove_fleet_backup(&mut self, id: BackupId) -> Result<bool> {
        let done = sqlx::query!(
            "update fleet_backups set state = 'removed' where id = $1 and state in ('complete', 'failed')",
            id.as_uuid()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("removing a backup of the control plane"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes a recovery key into use.
    pub async fn add_recovery_key(&mut self, key: &RecoveryKey) -> Result<()> {
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into recovery_keys (fingerprint, recipient, actor) values ($1, $2, $3)",
            key.fingerprint,
            key.recipient,
            actor
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("writing a recovery key"))?;
        Ok(())
    }
}

impl Reports<'_> {
    /// The archive of a backup is complete.
    pub async fn fleet_backup_complete(
        &self,
        id: BackupId,
        complete: &CompleteFleetBackup<'_>,
    ) -> Result<()> {
        sqlx::query!(
            "update fleet_backups
             set state = 'complete', completed_at = now(), taken_at = $2, stored_bytes = $3, rows = $4, manifest = $5, seal = $6,
                 problem = null
             where id = $1 and state = 'running' and exists (select from engine where term = $7)",
            id.as_uuid(),
            complete.taken_at,
            number(complete.stored.bytes()),
            number(complete.rows),
            complete.manifest,
            complete.seal,
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting a backup of the control plane"))?;
        Ok(())
    }

    /// The result of its proof.
    pub async fn fleet_backup_verified(&self, id: BackupId, verification: &Verification) -> Result<()> {
        let number = |value: Option<u64>| value.map(number);
        sqlx::query!(
            "update fleet_backups
             set verification = $2, verified_at = now(), restore_ms = $3, verify_ms = $4, compared = $5, differences = $6
             where id = $1 and exists (select from engine where term = $7)",
            id.as_uuid(),
            verification.state.as_str(),
            number(verification.restore_ms),
            number(verification.duration_ms),
            &verification.compared,
            &verification.differences,
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting the proof of a backup of the control plane"))?;
        Ok(())
    }

    /// Why a backup was not completed.
    pub async fn fleet_backup_failed(&self, id: BackupId, problem: &Problem) -> Result<()> {
        sqlx::query!(
            "update fleet_backups set state = 'failed', problem = $2
             where id = $1 and state = 'running' and exists (select from engine where term = $3)",
            id.as_uuid(),
            serde_json::json!(problem),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting a backup of the control plane"))?;
        Ok(())
    }

    /// Backups that are listed as running although their job is over become failed, with its problem.
    pub async fn fail_abandoned_fleet_backups(&self) -> Result<()> {
        sqlx::query!(
            "update fleet_backups b set state = 'failed', problem = o.problem
             from operations o
             where b.state = 'running' and o.id = b.operation_id and o.status not in ('waiting', 'running')
               and exists (select from engine where term = $1)",
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting backups of the control plane"))?;
        Ok(())
    }
}
