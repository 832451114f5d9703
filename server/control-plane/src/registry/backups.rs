//! Backups of projects and their proof.

use model::{
    Actor, Backup, BackupId, BackupKind, ByteSize, OperationId, Problem, ProjectId, Verification,
    VerificationState,
};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Reports, Result};

/// A backup as a row: the public part, and what only a restore needs.
#[derive(Debug, Clone)]
pub struct BackupRecord {
    /// The public part.
    pub backup: Backup,
    /// The manifest of its archive; `None` while it is not complete.
    pub manifest: Option<Value>,
    /// SHA-256 of the seal of its archive, in hexadecimal digits; `None` while it is not complete.
    pub seal: Option<String>,
}

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

struct Row {
    id: Uuid,
    project_id: String,
    kind: String,
    actor: String,
    state: String,
    operation_id: Uuid,
    place: String,
    started_at: OffsetDateTime,
    completed_at: Option<OffsetDateTime>,
    taken_at: Option<OffsetDateTime>,
    stored_bytes: Option<i64>,
    database_bytes: Option<i64>,
    media_bytes: Option<i64>,
    tables: Option<i64>,
    rows: Option<i64>,
    manifest: Option<Value>,
    seal: Option<String>,
    problem: Option<Value>,
    verification: String,
    verified_at: Option<OffsetDateTime>,
    restore_ms: Option<i64>,
    verify_ms: Option<i64>,
    compared: Vec<String>,
    differences: Vec<String>,
}

impl TryFrom<Row> for BackupRecord {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let fault = |reason: String| RegistryError::Row { table: "backups", id: row.id.to_string(), reason };
        let size = |bytes: Option<i64>| bytes.and_then(|bytes| ByteSize::try_from(bytes).ok());
        let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
        let text = |path: &[&str]| {
            path.iter().try_fold(row.manifest.as_ref()?, |value, key| value.get(key))?.as_str()
        };
        let place = if row.place.is_empty() { String::new() } else { format!("{}, ", row.place) };
        let backup = Backup {
            id: row.id.into(),
            project_id: row.project_id.parse().map_err(|error| fault(format!("project_id: {error}")))?,
            kind: row.kind.parse().map_err(|error| fault(format!("kind: {error}")))?,
            actor: Actor::try_from(row.actor.clone()).map_err(|error| fault(format!("actor: {error}")))?,
            state: row.state.parse().map_err(|error| fault(format!("state: {error}")))?,
            operation_id: row.operation_id.into(),
            archive: format!("{place}{}/{}", row.project_id, row.id),
            started_at: row.started_at,
            completed_at: row.completed_at,
            taken_at: row.taken_at,
            stored_bytes: size(row.stored_bytes),
            database_bytes: size(row.database_bytes),
            media_bytes: size(row.media_bytes),
            tables: count(row.tables),
            rows: count(row.rows),
            commit: text(&["schema", "ref"]).and_then(|commit| commit.parse().ok()),
            server: text(&["database", "product"]).map(str::to_owned),
            encrypted: row.manifest.as_ref().is_some_and(|it| {
                it.get("recipients").and_then(Value::as_array).is_some_and(|all| !all.is_empty())
            }),
            verification: Verification {
                state: row.verification.parse().map_err(|error| fault(format!("verification: {error}")))?,
                at: row.verified_at,
                restore_ms: count(row.restore_ms),
                duration_ms: count(row.verify_ms),
                compared: row.compared.clone(),
                differences: row.differences.clone(),
            },
            problem: row.problem.clone().and_then(|problem| serde_json::from_value(problem).ok()),
        };
        Ok(Self { backup, manifest: row.manifest, seal: row.seal })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, project_id, kind, actor, state, operation_id, place, started_at, completed_at, taken_at, stored_bytes,
                    database_bytes, media_bytes, tables, rows, manifest, seal, problem, verification, verified_at, restore_ms,
                    verify_ms, compared, differences
             from backups " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading backups"))
    };
}

impl Registry {
    /// One backup.
    pub async fn backup(&self, id: BackupId) -> Result<Option<BackupRecord>> {
        select!(&self.pool, fetch_optional, "where id = $1", id.as_uuid())?
            .map(BackupRecord::try_from)
            .transpose()
    }

    /// The backups of a project, newest first, those before `before`, at most `limit`.
    pub async fn backups_of(
        &self,
        project: &ProjectId,
        before: Option<BackupId>,
        limit: i64,
    ) -> Result<Vec<BackupRecord>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where project_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
            project.as_str(),
            before.map(|id| id.as_uuid()),
            limit
        )?;
        rows.into_iter().map(BackupRecord::try_from).collect()
    }

    /// The backup that this operation takes or took.
    pub async fn backup_of_operation(&self, operation: OperationId) -> Result<Option<BackupRecord>> {
        select!(&self.pool, fetch_optional, "where operation_id = $1", operation.as_uuid())?
            .map(BackupRecord::try_from)
            .transpose()
    }

    /// The newest complete backup of each project, and the newest verified one: for the fleet.
    pub async fn newest_backups(&self) -> Result<Vec<BackupRecord>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where id in (
               select (max(id::text))::uuid from backups where state = 'complete' group by project_id, verification)
             order by project_id, id desc"
        )?;
        rows.into_iter().map(BackupRecord::try_from).collect()
    }
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

    /// Marks a backup as removed; its archive is removed afterwards. `false` if it is running, or was removed already.
    pub async fn remove_backup(&mut self, id: BackupId) -> Result<bool> {
        let done = sqlx::query!(
            "update backups set state = 'removed' where id = $1 and state in ('complete', 'failed')",
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
