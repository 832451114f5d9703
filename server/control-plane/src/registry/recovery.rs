//! What a recovery changes in a registry that was just restored.

use model::{BackupId, ByteSize, OperationId, ProjectId};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Change, Registry, RegistryError, Result};

/// An archive of a project that the registry did not list.
#[derive(Debug, Clone)]
pub struct FoundBackup<'a> {
    /// Its id.
    pub id: BackupId,
    /// The project.
    pub project: &'a ProjectId,
    /// Why it was taken.
    pub kind: &'a str,
    /// The archive store, for people.
    pub place: &'a str,
    /// The moment that it shows.
    pub taken_at: OffsetDateTime,
    /// The sizes of the archive, the database and the uploads.
    pub bytes: (ByteSize, ByteSize, ByteSize),
    /// The number of tables and of their rows.
    pub tables_and_rows: (u64, u64),
    /// Its manifest.
    pub manifest: &'a Value,
    /// SHA-256 of its seal.
    pub seal: &'a str,
}

impl Registry {
    /// The ids of all backups of projects that are listed, also removed ones.
    pub async fn listed_backups(&self) -> Result<Vec<BackupId>> {
        let ids = sqlx::query_scalar!("select id from backups")
            .fetch_all(&self.pool)
            .await
            .map_err(RegistryError::sql("reading backups"))?;
        Ok(ids.into_iter().map(BackupId::from).collect())
    }
}

impl Change {
    /// Ends every session of the dashboard.
    pub async fn end_sessions(&mut self) -> Result<()> {
        sqlx::query!("delete from sessions")
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("ending sessions"))?;
        Ok(())
    }

    /// Lists an archive that was found in the store, as complete and not verified.
    pub async fn list_found_backup(&mut self, found: &FoundBackup<'_>) -> Result<()> {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let (stored, database, media) = found.bytes;
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into backups (id, project_id, kind, actor, state, operation_id, place, started_at, completed_at, taken_at,
                                  stored_bytes, database_bytes, media_bytes, tables, rows, manifest, seal)
             values ($1, $2, $3, $4, 'complete', $5, $6, $7, $7, $7, $8, $9, $10, $11, $12, $13, $14)
             on conflict (id) do nothing",
            found.id.as_uuid(),
            found.project.as_str(),
            found.kind,
            actor,
            OperationId::from(uuid::Uuid::nil()).as_uuid(),
            found.place,
            found.taken_at,
            number(stored.bytes()),
            number(database.bytes()),
            number(media.bytes()),
            number(found.tables_and_rows.0),
            number(found.tables_and_rows.1),
            found.manifest,
            found.seal
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("listing a backup"))?;
        Ok(())
    }
}
