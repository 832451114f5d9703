//! Backups of projects and their proof.

use model::{Actor, Backup, BackupId, ByteSize, OperationId, ProjectId, Verification};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Registry, RegistryError, Result};

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

    /// Every project that has a backup which was not removed, also deleted ones.
    pub async fn projects_with_backups(&self) -> Result<Vec<ProjectId>> {
        let ids = sqlx::query_scalar!("select distinct project_id from backups where state <> 'removed'")
            .fetch_all(&self.pool)
            .await
            .map_err(RegistryError::sql("reading projects with backups"))?;
        Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// The backup that this operation takes or took.
    pub async fn backup_of_operation(&self, operation: OperationId) -> Result<Option<BackupRecord>> {
        select!(&self.pool, fetch_optional, "where operation_id = $1", operation.as_uuid())?
            .map(BackupRecord::try_from)
            .transpose()
    }

    /// The newest backup of each of these projects that was not removed, and the newest verified one. Two probes of an index a
    /// project, so that one page of the fleet costs as much with 10,000 projects as with 200.
    pub async fn latest_backups(&self, projects: &[String]) -> Result<Vec<BackupRecord>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where id in (
               select latest.id from unnest($1::text[]) as project (name)
               cross join lateral (
                 (select b.id from backups b where b.project_id = project.name and b.state <> 'removed'
                  order by b.id desc limit 1)
                 union all
                 (select b.id from backups b
                  where b.project_id = project.name and b.state = 'complete' and b.verification = 'verified'
                  order by b.id desc limit 1)) as latest)
             order by project_id, id desc",
            projects
        )?;
        rows.into_iter().map(BackupRecord::try_from).collect()
    }

    /// How many complete backups a project has, and their size in the archive store.
    pub async fn backup_totals(&self, project: &ProjectId) -> Result<(u64, ByteSize)> {
        let totals = sqlx::query!(
            r#"select count(*) as "number!", coalesce(sum(stored_bytes), 0)::bigint as "bytes!"
               from backups where project_id = $1 and state = 'complete'"#,
            project.as_str()
        )
        .fetch_one(&self.pool)
        .await
        .map_err(RegistryError::sql("reading backups"))?;
        let bytes = ByteSize::try_from(totals.bytes).unwrap_or(ByteSize::new(0));
        Ok((totals.number.unsigned_abs(), bytes))
    }

    /// The backups of a project that were begun since then and were not removed, newest first, at most 1000.
    pub async fn backups_since(
        &self,
        project: &ProjectId,
        since: OffsetDateTime,
    ) -> Result<Vec<BackupRecord>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where project_id = $1 and started_at >= $2 and state <> 'removed' order by id desc limit 1000",
            project.as_str(),
            since
        )?;
        rows.into_iter().map(BackupRecord::try_from).collect()
    }
}
