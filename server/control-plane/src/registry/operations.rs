//! Operations: reading them with their steps, and opening one of lane `converge` inside a change.

use std::collections::BTreeMap;

use model::{Actor, Lane, Operation, OperationId, OperationKind, PlannedStep, Problem, ProjectId};
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result, operation_steps};

/// A row without its steps.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) lane: String,
    pub(super) project_id: Option<String>,
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) actor: String,
    pub(super) generation: i64,
    pub(super) exclusive: bool,
    pub(super) progress: Option<Value>,
    pub(super) cancel_requested_at: Option<OffsetDateTime>,
    pub(super) requested_at: OffsetDateTime,
    pub(super) started_at: Option<OffsetDateTime>,
    pub(super) finished_at: Option<OffsetDateTime>,
    pub(super) problem: Option<Value>,
}

impl Row {
    fn operation(self) -> Result<Operation> {
        let fault =
            |reason: String| RegistryError::Row { table: "operations", id: self.id.to_string(), reason };
        let project_id = self.project_id.map(ProjectId::try_from).transpose();
        let progress = self.progress.map(serde_json::from_value).transpose();
        Ok(Operation {
            id: OperationId::from(self.id),
            lane: self.lane.parse().map_err(|e| fault(format!("lane: {e}")))?,
            project_id: project_id.map_err(|e| fault(format!("project_id: {e}")))?,
            kind: self.kind.parse().map_err(|e| fault(format!("kind: {e}")))?,
            status: self.status.parse().map_err(|e| fault(format!("status: {e}")))?,
            actor: Actor::try_from(self.actor.clone()).map_err(|e| fault(format!("actor: {e}")))?,
            generation: self.generation,
            exclusive: self.exclusive,
            cancel_requested: self.cancel_requested_at.is_some(),
            progress: progress.map_err(|e| fault(format!("progress: {e}")))?,
            requested_at: self.requested_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            steps: Vec::new(),
            problem: self
                .problem
                .clone()
                .map(serde_json::from_value::<Problem>)
                .transpose()
                .map_err(|e| fault(format!("problem: {e}")))?,
        })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, lane, project_id, kind, status, actor, generation, exclusive, progress, cancel_requested_at,
                    requested_at, started_at, finished_at, problem
             from operations " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading operations"))
    };
}

/// The operations of these rows with their steps, which are read in one query.
pub(super) async fn with_steps(connection: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Operation>> {
    let mut operations = rows.into_iter().map(Row::operation).collect::<Result<Vec<_>>>()?;
    let ids: Vec<Uuid> = operations.iter().map(|operation| operation.id.as_uuid()).collect();
    let mut steps = operation_steps::of(connection, &ids).await?;
    for operation in &mut operations {
        operation.steps = steps.remove(&operation.id).unwrap_or_default();
    }
    Ok(operations)
}

/// One operation that is there, with its steps.
pub(super) async fn by_id(connection: &mut PgConnection, id: OperationId) -> Result<Operation> {
    let row = select!(&mut *connection, fetch_one, "where id = $1", id.as_uuid())?;
    let mut operation = row.operation()?;
    operation.steps = operation_steps::of(connection, &[id.as_uuid()]).await?.remove(&id).unwrap_or_default();
    Ok(operation)
}

impl Registry {
    /// Whether a job of one of these kinds is open on the project.
    pub async fn has_open_job(&self, project: &ProjectId, kinds: &[OperationKind]) -> Result<bool> {
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        sqlx::query_scalar!(
            r#"select exists (select from operations where project_id = $1 and lane = 'job' and kind = any ($2)
                                                           and status in ('waiting', 'running')) as "open!""#,
            project.as_str(),
            &kinds
        )
        .fetch_one(&self.pool)
        .await
        .map_err(RegistryError::sql("looking for a job"))
    }

    /// The jobs that are open, of every kind.
    pub async fn open_job_ids(&self) -> Result<Vec<OperationId>> {
        let ids = sqlx::query_scalar!(
            "select id from operations where lane = 'job' and status in ('waiting', 'running')"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading open jobs"))?;
        Ok(ids.into_iter().map(OperationId::from).collect())
    }

    /// One operation with its steps.
    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let row = select!(&mut *connection, fetch_optional, "where id = $1", id.as_uuid())?;
        Ok(with_steps(&mut connection, row.into_iter().collect()).await?.pop())
    }

    /// The newest operation of lane `converge` on a project that is not over. Jobs run beside it and do not count.
    pub async fn open_operation(&self, project: &ProjectId) -> Result<Option<Operation>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let row = select!(
            &mut *connection,
            fetch_optional,
            "where project_id = $1 and lane = 'converge' and status in ('waiting', 'running') order by id desc limit 1",
            project.as_str()
        )?;
        Ok(with_steps(&mut connection, row.into_iter().collect()).await?.pop())
    }

    /// Projects that have an open operation of lane `converge`, also those whose row is gone.
    pub async fn projects_with_open_operations(&self) -> Result<Vec<ProjectId>> {
        let ids = sqlx::query_scalar!(
            r#"select distinct project_id as "id!" from operations
               where lane = 'converge' and status in ('waiting', 'running')"#
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading operations"))?;
        Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// The open jobs of this kind that are about a project, by its id.
    pub async fn open_jobs(&self, kind: OperationKind) -> Result<BTreeMap<ProjectId, Operation>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let rows = select!(
            &mut *connection,
            fetch_all,
            "where lane = 'job' and kind = $1 and status in ('waiting', 'running') order by id",
            kind.as_str()
        )?;
        let jobs = with_steps(&mut connection, rows).await?;
        Ok(jobs.into_iter().filter_map(|job| Some((job.project_id.clone()?, job))).collect())
    }

    /// The operation that an earlier request with this key began, and the digest of that request where it is known.
    pub async fn operation_by_key(
        &self,
        actor: &Actor,
        key: &str,
    ) -> Result<Option<(Operation, Option<Vec<u8>>)>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let row = select!(
            &mut *connection,
            fetch_optional,
            "where actor = $1 and idempotency_key = $2",
            actor.to_string(),
            key
        )?;
        let Some(operation) = with_steps(&mut connection, row.into_iter().collect()).await?.pop() else {
            return Ok(None);
        };
        let digest = sqlx::query_scalar!(
            "select request_digest from operations where id = $1",
            operation.id.as_uuid()
        )
        .fetch_one(&mut *connection)
        .await
        .map_err(RegistryError::sql("reading operations"))?;
        Ok(Some((operation, digest)))
    }
}

/// An operation of lane `converge` to be opened.
#[derive(Debug, Clone)]
pub struct NewOperation<'a> {
    /// On which project.
    pub project: &'a ProjectId,
    /// What was asked for.
    pub kind: OperationKind,
    /// The generation that it works towards.
    pub generation: i64,
    /// Its steps.
    pub steps: &'a [PlannedStep],
    /// The key under which the same request answers the same operation.
    pub idempotency_key: Option<&'a IdempotencyKey>,
}

/// An idempotency key with the digest of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key as the caller sent it.
    pub key: String,
    /// SHA-256 of the request.
    pub digest: Vec<u8>,
}

impl Change {
    /// Ends what is still open of lane `converge` on the project; its steps that were not done are skipped. Jobs go on.
    async fn supersede(&mut self, project: &ProjectId) -> Result<()> {
        sqlx::query!(
            "with superseded as (
               update operations set status = 'superseded', finished_at = now()
               where project_id = $1 and lane = 'converge' and status in ('waiting', 'running') returning id)
             update operation_steps set status = 'skipped', finished_at = now()
             where operation_id in (select id from superseded) and status in ('waiting', 'running')",
            project.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("superseding an operation"))?;
        Ok(())
    }

    /// Opens an operation of lane `converge`. Those that are still open on the project are superseded.
    pub async fn open_operation(&mut self, new: &NewOperation<'_>) -> Result<Operation> {
        let (id, actor) = (Uuid::now_v7(), self.actor().clone());
        self.supersede(new.project).await?;
        sqlx::query!(
            "insert into operations (id, lane, project_id, kind, status, actor, generation, idempotency_key, request_digest)
             values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)",
            id,
            Lane::Converge.as_str(),
            new.project.as_str(),
            new.kind.as_str(),
            actor.to_string(),
            new.generation,
            new.idempotency_key.map(|request| request.key.as_str()),
            new.idempotency_key.map(|request| request.digest.as_slice()),
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("opening an operation"))?;
        operation_steps::append(self.connection(), id, new.steps).await?;
        let id = OperationId::from(id);
        tracing::Span::current().record("operation.id", tracing::field::display(id));
        self.operation(id).await
    }

    /// An operation, as this change sees it.
    pub(super) async fn operation(&mut self, id: OperationId) -> Result<Operation> {
        by_id(self.connection(), id).await
    }
}
