//! Reading deploys.

use model::{Actor, Deploy, DeployId, DeployVersion, OperationId, OperationKind, ProjectId};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, json};
use super::{Registry, RegistryError, Result};

struct Row {
    id: Uuid,
    project_id: String,
    operation_id: Uuid,
    kind: String,
    from_version: Value,
    to_version: Value,
    commit_info: Value,
    actor: String,
    requested_at: OffsetDateTime,
    backup_id: Option<Uuid>,
    preflight: Value,
    rehearsal: Option<Value>,
    state: String,
    problem: Option<Value>,
    changed_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
}

impl Row {
    /// Whether it can be undone with its data is not known here.
    fn read(self) -> std::result::Result<Deploy, String> {
        Ok(Deploy {
            id: self.id.into(),
            project_id: column("project_id", self.project_id.parse())?,
            operation_id: self.operation_id.into(),
            kind: column("kind", self.kind.parse())?,
            from: json("from_version", self.from_version)?,
            to: json("to_version", self.to_version)?,
            commit: json("commit_info", self.commit_info)?,
            actor: column("actor", Actor::try_from(self.actor))?,
            requested_at: self.requested_at,
            backup_id: self.backup_id.map(Into::into),
            preflight: json("preflight", self.preflight)?,
            rehearsal: self.rehearsal.map(|rehearsal| json("rehearsal", rehearsal)).transpose()?,
            state: column("state", self.state.parse())?,
            problem: self.problem.and_then(|problem| serde_json::from_value(problem).ok()),
            changed_at: self.changed_at,
            ended_at: self.ended_at,
            undo_until: None,
        })
    }
}

impl TryFrom<Row> for Deploy {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.id.to_string();
        row.read().map_err(|reason| RegistryError::Row { table: "deploys", id, reason })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, project_id, operation_id, kind, from_version, to_version, commit_info, actor, requested_at, backup_id,
                    preflight, rehearsal, state, problem, changed_at, ended_at
             from deploys " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading deploys"))
    };
}

impl Registry {
    /// One deploy.
    pub async fn deploy(&self, id: DeployId) -> Result<Option<Deploy>> {
        select!(&self.pool, fetch_optional, "where id = $1", id.as_uuid())?.map(TryFrom::try_from).transpose()
    }

    /// The deploy of a job.
    pub async fn deploy_of(&self, operation: OperationId) -> Result<Option<Deploy>> {
        select!(&self.pool, fetch_optional, "where operation_id = $1", operation.as_uuid())?
            .map(TryFrom::try_from)
            .transpose()
    }

    /// The deploys of a project, the newest first, those before `before`, at most `limit`.
    pub async fn deploys_of(
        &self,
        project: &ProjectId,
        before: Option<DeployId>,
        limit: i64,
    ) -> Result<Vec<Deploy>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where project_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
            project.as_str(),
            before.map(|id| id.as_uuid()),
            limit
        )?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    /// Whether this version ran in the project: it was deployed, or was replaced by a deploy.
    pub async fn has_run(&self, project: &ProjectId, version: &DeployVersion) -> Result<bool> {
        sqlx::query_scalar!(
            r#"select exists (
                 select from deploys where project_id = $1 and state = 'succeeded' and (to_version = $2 or from_version = $2)) as "ran!""#,
            project.as_str(),
            serde_json::json!(version)
        )
        .fetch_one(&self.pool)
        .await
        .map_err(RegistryError::sql("reading deploys"))
    }

    /// The first open job of these kinds on a project.
    pub async fn open_job_of(
        &self,
        project: &ProjectId,
        kinds: &[OperationKind],
    ) -> Result<Option<OperationId>> {
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        let found = sqlx::query_scalar!(
            "select id from operations
             where project_id = $1 and lane = 'job' and status in ('waiting', 'running') and kind = any($2) order by id limit 1",
            project.as_str(),
            &kinds
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("looking for a job"))?;
        Ok(found.map(OperationId::from))
    }

    /// The last deploy of a project that succeeded.
    pub async fn last_deploy(&self, project: &ProjectId) -> Result<Option<Deploy>> {
        select!(
            &self.pool,
            fetch_optional,
            "where project_id = $1 and state = 'succeeded' order by id desc limit 1",
            project.as_str()
        )?
        .map(TryFrom::try_from)
        .transpose()
    }
}
