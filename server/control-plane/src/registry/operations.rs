//! Operations and their steps: reading them, and opening one inside a change.

use model::{
    Actor, Operation, OperationId, OperationKind, OperationStatus, Page, Problem, ProjectId, Step,
    StepRecord, StepStatus,
};
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result};

/// Rows of one page.
const PAGE: i64 = 50;

struct Row {
    id: Uuid,
    project_id: String,
    kind: String,
    status: String,
    actor: String,
    generation: i64,
    requested_at: OffsetDateTime,
    started_at: Option<OffsetDateTime>,
    finished_at: Option<OffsetDateTime>,
    problem: Option<Value>,
}

impl Row {
    fn operation(self) -> Result<Operation> {
        let fault =
            |reason: String| RegistryError::Row { table: "operations", id: self.id.to_string(), reason };
        Ok(Operation {
            id: OperationId::from(self.id),
            project_id: self.project_id.parse().map_err(|e| fault(format!("project_id: {e}")))?,
            kind: self.kind.parse().map_err(|e| fault(format!("kind: {e}")))?,
            status: self.status.parse().map_err(|e| fault(format!("status: {e}")))?,
            actor: Actor::try_from(self.actor.clone()).map_err(|e| fault(format!("actor: {e}")))?,
            generation: self.generation,
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
            "select id, project_id, kind, status, actor, generation, requested_at, started_at, finished_at, problem
             from operations " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading operations"))
    };
}

/// Reads the steps of all of them in one query.
async fn with_steps(connection: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Operation>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut operations = rows.into_iter().map(Row::operation).collect::<Result<Vec<_>>>()?;
    let steps = sqlx::query!(
        "select operation_id, step, status, attempts, started_at, finished_at, note
         from operation_steps where operation_id = any ($1) order by operation_id, ordinal",
        &ids
    )
    .fetch_all(connection)
    .await
    .map_err(RegistryError::sql("reading steps"))?;
    for row in steps {
        let fault = |reason: String| RegistryError::Row {
            table: "operation_steps",
            id: row.operation_id.to_string(),
            reason,
        };
        let step = StepRecord {
            step: row.step.parse().map_err(|e| fault(format!("step: {e}")))?,
            status: row.status.parse().map_err(|e| fault(format!("status: {e}")))?,
            started_at: row.started_at,
            finished_at: row.finished_at,
            note: row.note,
            attempts: row.attempts,
        };
        if let Some(operation) = operations.iter_mut().find(|o| o.id.as_uuid() == row.operation_id) {
            operation.steps.push(step);
        }
    }
    Ok(operations)
}

impl Registry {
    /// One operation with its steps.
    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let row = select!(&mut *connection, fetch_optional, "where id = $1", id.as_uuid())?;
        Ok(with_steps(&mut connection, row.into_iter().collect()).await?.pop())
    }

    /// Operations, newest first: of one project or of all, older than `before`.
    pub async fn operations(
        &self,
        project: Option<&ProjectId>,
        before: Option<OperationId>,
    ) -> Result<Page<Operation>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let mut rows = select!(
            &mut *connection,
            fetch_all,
            "where ($1::text is null or project_id = $1) and ($2::uuid is null or id < $2) order by id desc limit $3",
            project.map(ProjectId::as_str),
            before.map(|id| id.as_uuid()),
            PAGE + 1
        )?;
        let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let items = with_steps(&mut connection, rows).await?;
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    /// The newest operation of a project that is not over.
    pub async fn open_operation(&self, project: &ProjectId) -> Result<Option<Operation>> {
        let mut connection = self.pool.acquire().await.map_err(RegistryError::sql("reading operations"))?;
        let row = select!(
            &mut *connection,
            fetch_optional,
            "where project_id = $1 and status in ('waiting', 'running') order by id desc limit 1",
            project.as_str()
        )?;
        Ok(with_steps(&mut connection, row.into_iter().collect()).await?.pop())
    }

    /// Projects that have an operation which is not over, also those whose row is gone.
    pub async fn projects_with_open_operations(&self) -> Result<Vec<ProjectId>> {
        let ids = sqlx::query_scalar!(
            "select distinct project_id from operations where status in ('waiting', 'running')"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading operations"))?;
        Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
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

/// An operation to be opened.
#[derive(Debug, Clone)]
pub struct NewOperation<'a> {
    /// On which project.
    pub project: &'a ProjectId,
    /// What was asked for.
    pub kind: OperationKind,
    /// The generation that it works towards.
    pub generation: i64,
    /// Its steps.
    pub steps: &'a [Step],
    /// The key under which the same request answers the same operation.
    pub idempotency_key: Option<&'a RequestKey>,
}

/// The key of a request, with what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// As the asker gave it.
    pub key: String,
    /// SHA-256 of the request.
    pub digest: Vec<u8>,
}

impl Change {
    /// Ends what is still open on the project; its steps that were not done will not be.
    async fn supersede(&mut self, project: &ProjectId) -> Result<()> {
        sqlx::query!(
            "with superseded as (
               update operations set status = 'superseded', finished_at = now()
               where project_id = $1 and status in ('waiting', 'running') returning id)
             update operation_steps set status = 'skipped', finished_at = now()
             where operation_id in (select id from superseded) and status in ('waiting', 'running')",
            project.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("superseding an operation"))?;
        Ok(())
    }

    /// Opens an operation; those that are still open on the project are superseded by it.
    pub async fn open_operation(&mut self, new: &NewOperation<'_>) -> Result<Operation> {
        let doing = RegistryError::sql("opening an operation");
        let (id, actor) = (Uuid::now_v7(), self.actor().clone());
        self.supersede(new.project).await?;
        let row = sqlx::query!(
            "insert into operations (id, project_id, kind, status, actor, generation, idempotency_key, request_digest)
             values ($1, $2, $3, 'waiting', $4, $5, $6, $7) returning requested_at",
            id,
            new.project.as_str(),
            new.kind.as_str(),
            actor.to_string(),
            new.generation,
            new.idempotency_key.map(|request| request.key.as_str()),
            new.idempotency_key.map(|request| request.digest.as_slice()),
        )
        .fetch_one(self.connection())
        .await
        .map_err(&doing)?;
        let steps = insert_steps(self.connection(), id, new.steps).await?;
        Ok(Operation {
            id: OperationId::from(id),
            project_id: new.project.clone(),
            kind: new.kind,
            status: OperationStatus::Waiting,
            actor,
            generation: new.generation,
            requested_at: row.requested_at,
            started_at: None,
            finished_at: None,
            steps,
            problem: None,
        })
    }
}

async fn insert_steps(connection: &mut PgConnection, id: Uuid, steps: &[Step]) -> Result<Vec<StepRecord>> {
    let names: Vec<String> = steps.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into operation_steps (operation_id, ordinal, step, status)
         select $1, ordinal::int, step, 'waiting' from unnest($2::text[]) with ordinality as s (step, ordinal)",
        id,
        &names
    )
    .execute(connection)
    .await
    .map_err(RegistryError::sql("opening an operation"))?;
    let waiting = |step: &Step| StepRecord {
        step: *step,
        status: StepStatus::Waiting,
        started_at: None,
        finished_at: None,
        note: None,
        attempts: 0,
    };
    Ok(steps.iter().map(waiting).collect())
}
