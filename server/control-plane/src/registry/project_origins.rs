//! From where projects got their first data, and clones that expire.

use model::{BackupId, DatabaseOid, EnvName, OperationId, ProjectId, ProjectOrigin};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, json};
use super::{Change, Registry, RegistryError, Result};

/// The origin of a project that is about to be created.
#[derive(Debug, Clone)]
pub struct NewOrigin<'a> {
    /// The project whose data it gets.
    pub source: &'a ProjectId,
    /// The backup that is restored; `None` for a clone.
    pub backup: Option<BackupId>,
    /// When a clone expires.
    pub expires_at: Option<OffsetDateTime>,
    /// The variables of the source that are not copied.
    pub left_out: &'a [EnvName],
}

/// The row as JSON, as a project's row carries it.
#[derive(Deserialize)]
struct Row {
    source: String,
    backup: Option<Uuid>,
    #[serde(with = "time::serde::rfc3339::option")]
    expires_at: Option<OffsetDateTime>,
    fill_job: Option<Uuid>,
    left_out: Vec<EnvName>,
}

/// The public part, and the job that fills the database.
pub(super) type Parsed = (Option<ProjectOrigin>, Option<OperationId>);

/// The origin of a project's row; nothing of a row without one.
pub(super) fn parse(value: Option<Value>) -> std::result::Result<Parsed, String> {
    let Some(value) = value else { return Ok((None, None)) };
    let row: Row = json("project_origins", value)?;
    let origin = ProjectOrigin {
        source: column("project_origins.source", row.source.parse())?,
        backup: row.backup.map(BackupId::from),
        expires_at: row.expires_at,
        filled: row.fill_job.is_none(),
        left_out: row.left_out,
    };
    Ok((Some(origin), row.fill_job.map(OperationId::from)))
}

impl Registry {
    /// Projects that a job was to fill and which it left without data, and which are not being deleted.
    pub async fn abandoned_projects(&self) -> Result<Vec<ProjectId>> {
        let ids = sqlx::query_scalar!(
            "select o.project_id from project_origins o join projects p on p.id = o.project_id
             where o.fill_job is not null and p.delete_requested_at is null
               and not exists (select from operations j where j.id = o.fill_job and j.status in ('waiting', 'running'))"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading projects without data"))?;
        Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Clones that have expired and are not being deleted, the first first.
    pub async fn expired_clones(&self) -> Result<Vec<ProjectId>> {
        let ids = sqlx::query_scalar!(
            "select o.project_id from project_origins o join projects p on p.id = o.project_id
             where o.backup is null and o.expires_at <= now() and p.delete_requested_at is null order by o.expires_at"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading expired clones"))?;
        Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
    }
}

impl Change {
    /// Records from where a new project gets its data, by which job.
    pub async fn set_origin(
        &mut self,
        project: &ProjectId,
        origin: &NewOrigin<'_>,
        job: OperationId,
    ) -> Result<()> {
        sqlx::query!(
            "insert into project_origins (project_id, source, backup, expires_at, fill_job, left_out)
             values ($1, $2, $3, $4, $5, $6)",
            project.as_str(),
            origin.source.as_str(),
            origin.backup.map(|backup| backup.as_uuid()),
            origin.expires_at,
            job.as_uuid(),
            serde_json::json!(origin.left_out)
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("recording the origin of a project"))?;
        Ok(())
    }

    /// The data of a new project is in place, in this database, which must exist from now on. Repeated, it changes nothing.
    pub async fn project_filled(&mut self, project: &ProjectId, oid: DatabaseOid) -> Result<()> {
        let doing = RegistryError::sql("recording the data of a project");
        sqlx::query!(
            "update projects set database_oid = $2, database_must_exist = true where id = $1",
            project.as_str(),
            i64::from(oid.get())
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        sqlx::query!("update project_origins set fill_job = null where project_id = $1", project.as_str())
            .execute(self.connection())
            .await
            .map_err(&doing)?;
        Ok(())
    }

    /// The clone expires then. `false` if the project is no clone.
    pub async fn set_expiry(&mut self, project: &ProjectId, at: OffsetDateTime) -> Result<bool> {
        let done = sqlx::query!(
            "update project_origins set expires_at = $2 where project_id = $1 and backup is null",
            project.as_str(),
            at
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("changing the expiry of a clone"))?;
        Ok(done.rows_affected() == 1)
    }
}
