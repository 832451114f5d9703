//! Backups: listing them, and what their jobs report.

use model::{
    BackupId, BackupKind, ByteSize, DatabaseServerName, OperationId, OperationKind, Problem, ProjectId,
    Verification, VerificationState,
};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Change, RegistryError, Reports, Result};

/// A backup that is about to be taken.
#[derive(Debug, Clone)]
pub struct NewBackup<'a> {
    /// Its id.
    pub id: BackupId,
    /// The project.
    pub project: &'a ProjectId,
    /// Why.
    pub kind: BackupKind,
    /// The job that takes it.
    pub operation: OperationId,
    /// The archive store, for people.
    pub place: &'a str,
}

/// An archive that is complete.
#[derive(Debug, Clone)]
pub struct CompleteBackup<'a> {
    /// The moment that it shows.
    pub taken_at: OffsetDateTime,
    /// Its size in the store.
    pub stored: ByteSize,
    /// The size of the database on disk.
    pub database: ByteSize,
    /// The size of the uploads.
    pub media: ByteSize,
    /// The number of tables and of their rows.
    pub tables_and_rows: (u64, u64),
    /// Its manifest.
    pub manifest: &'a Value,
    /// SHA-256 of its seal.
    pub seal: &'a str,
}

impl Change {
    /// Lists a backup as running.
    pub async fn begin_backup(&mut self, new: &NewBackup<'_>) -> Result<()> {
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into backups (id, project_id, kind, actor, state, operation_id, place) values ($1, $2, $3, $4, 'running', $5, $6)",
            new.id.as_uuid(),
            new.project.as_str(),
            new.kind.as_str(),
            actor,
            new.operation.as_uuid(),
            new.place
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("listing a backup"))?;
        Ok(())
    }

    /// The archive of a backup is complete.
    pub async fn complete_backup(&mut self, id: BackupId, complete: &CompleteBackup<'_>) -> Result<()> {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        sqlx::query!(
            "update backups
             set state = 'complete', completed_at = now(), taken_at = $2, stored_bytes = $3, database_bytes = $4, media_bytes = $5,
                 tables = $6, rows = $7, manifest = $8, seal = $9, problem = null
             where id = $1 and state = 'running'",
            id.as_uuid(),
            complete.taken_at,
            number(complete.stored.bytes()),
            number(complete.database.bytes()),
            number(complete.media.bytes()),
            number(complete.tables_and_rows.0),
            number(complete.tables_and_rows.1),
            complete.manifest,
            complete.seal
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("reporting a backup"))?;
        Ok(())
    }

    /// Removes the row of a backup that was removed, so that its archive can be listed again.
    pub async fn forget_removed_backup(&mut self, id: BackupId) -> Result<()> {
        sqlx::query!("delete from backups where id = $1 and state = 'removed'", id.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("listing a backup again"))?;
        Ok(())
    }

    /// Whether a base backup of this server is open, or did not succeed in the last 10 minutes.
    pub async fn has_recent_base_backup(&mut self, server: &DatabaseServerName) -> Result<bool> {
        sqlx::query_scalar!(
            r#"select exists (
                 select from operations
                 where kind = $1 and database_server = $2
                   and (status in ('waiting', 'running')
                        or (status <> 'succeeded' and finished_at > now() - interval '10 minutes'))) as "recent!""#,
            OperationKind::BaseBackup.as_str(),
            server.as_str()
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("looking for a base backup"))
    }

    /// Marks a backup as removed; its archive is removed afterwards. `false` if it is running, was removed already, or an open
    /// delete request rests on it.
    pub async fn remove_backup(&mut self, id: BackupId) -> Result<bool> {
        let done = sqlx::query!(
            "update backups set state = 'removed'
             where id = $1 and state in ('complete', 'failed')
               and not exists (select from delete_requests r
                               where r.project_id = backups.project_id and r.state in ('pending', 'approved', 'executing')
                                 and backups.id in (r.backup_id, r.last_backup_id))",
            id.as_uuid()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("removing a backup"))?;
        Ok(done.rows_affected() == 1)
    }
}

impl Reports<'_> {
    /// Backups that are listed as running although their job is over become failed, with its problem. Returns how many.
    pub async fn fail_abandoned_backups(&self) -> Result<u64> {
        let failed = sqlx::query!(
            "update backups b set state = 'failed', problem = o.problem
             from operations o
             where b.state = 'running' and o.id = b.operation_id and o.status not in ('waiting', 'running')
               and exists (select from engine where term = $1)",
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting backups"))?;
        Ok(failed.rows_affected())
    }

    /// The result of a verification.
    pub async fn backup_verified(&self, id: BackupId, verification: &Verification) -> Result<()> {
        let number = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok());
        debug_assert_ne!(verification.state, VerificationState::Unverified);
        sqlx::query!(
            "update backups
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
        .map_err(RegistryError::sql("reporting a verification"))?;
        Ok(())
    }

    /// Why a backup was not completed.
    pub async fn backup_failed(&self, id: BackupId, problem: &Problem) -> Result<()> {
        sqlx::query!(
            "update backups set state = 'failed', problem = $2
             where id = $1 and state = 'running' and exists (select from engine where term = $3)",
            id.as_uuid(),
            serde_json::json!(problem),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting a backup"))?;
        Ok(())
    }
}
