//! Jobs: opening one inside a change, and asking one to end.

use model::{
    DatabaseServerName, Lane, Operation, OperationId, OperationKind, OperationStatus, PlannedStep, ProjectId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::reports::end;
use super::{Change, Ending, IdempotencyKey, RegistryError, Result, operation_steps};

/// Whether a job shares its project with other commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusive {
    /// Other commands go on beside it.
    No,
    /// Commands that would touch the project's instance or database are refused until it is over.
    Yes,
    /// The same, and the project's instance stays stopped behind the maintenance page.
    Maintenance,
}

/// A job to be opened.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// On which project; `None` for the fleet.
    pub project: Option<&'a ProjectId>,
    /// Which kind. It is of lane `job`.
    pub kind: OperationKind,
    /// What it works on. Never a secret.
    pub input: Value,
    /// Its steps, all of them.
    pub steps: &'a [PlannedStep],
    /// Whether other commands on the project wait for it.
    pub exclusive: Exclusive,
    /// The database server whose connections it uses.
    pub database_server: Option<&'a DatabaseServerName>,
    /// The key under which the same request answers the same operation.
    pub idempotency_key: Option<&'a IdempotencyKey>,
}

impl Change {
    /// Opens a job. An exclusive one marks its project in the same transaction, before it has any effect; the caller holds
    /// the lock of the row and has seen that no other job is open.
    pub async fn open_job(&mut self, new: &NewJob<'_>) -> Result<Operation> {
        let (id, actor, doing) =
            (Uuid::now_v7(), self.actor().to_string(), RegistryError::sql("opening a job"));
        sqlx::query!(
            "insert into operations (id, lane, project_id, kind, status, actor, generation, exclusive, input, database_server,
                                     idempotency_key, request_digest)
             values ($1, $2, $3, $4, 'waiting', $5, 0, $6, $7, $8, $9, $10)",
            id,
            Lane::Job.as_str(),
            new.project.map(ProjectId::as_str),
            new.kind.as_str(),
            actor,
            new.exclusive != Exclusive::No,
            new.input,
            new.database_server.map(DatabaseServerName::as_str),
            new.idempotency_key.map(|request| request.key.as_str()),
            new.idempotency_key.map(|request| request.digest.as_slice()),
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        operation_steps::append(self.connection(), id, new.steps).await?;
        if let Some(project) = new.project.filter(|_| new.exclusive != Exclusive::No) {
            self.mark_project(project, id, new.exclusive).await?;
        }
        self.operation(OperationId::from(id)).await
    }

    /// From now on, only this job touches the project's instance and database.
    async fn mark_project(&mut self, project: &ProjectId, job: Uuid, exclusive: Exclusive) -> Result<()> {
        sqlx::query!(
            "update projects set exclusive_job = $2, maintenance = $3 where id = $1",
            project.as_str(),
            job,
            exclusive == Exclusive::Maintenance
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("marking a project for a job"))?;
        Ok(())
    }

    /// The project's maintenance by this job is over, while the job goes on.
    pub async fn end_maintenance(&mut self, project: &ProjectId, job: OperationId) -> Result<()> {
        sqlx::query!(
            "update projects set exclusive_job = null, maintenance = false where id = $1 and exclusive_job = $2",
            project.as_str(),
            job.as_uuid()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("ending the maintenance of a project"))?;
        Ok(())
    }

    /// The job keeps its project in maintenance from now on. `false` where the project is being deleted, or another job holds it.
    pub async fn begin_maintenance(&mut self, project: &ProjectId, job: OperationId) -> Result<bool> {
        let done = sqlx::query!(
            "update projects set exclusive_job = $2, maintenance = true
             where id = $1 and delete_requested_at is null and (exclusive_job is null or exclusive_job = $2)",
            project.as_str(),
            job.as_uuid()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("putting a project into maintenance"))?;
        sqlx::query!("update operations set exclusive = true where id = $1", job.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("putting a project into maintenance"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Requests the cancellation of a job and returns the job. A job that does not run is cancelled at once. `None` where there is no
    /// open job of this id, or it is past its point of no return.
    pub async fn cancel_job(&mut self, id: OperationId) -> Result<Option<Operation>> {
        let doing = RegistryError::sql("cancelling a job");
        let asked = sqlx::query!(
            r#"update operations set cancel_requested_at = coalesce(cancel_requested_at, now())
               where id = $1 and lane = 'job' and status in ('waiting', 'running') and not committed
               returning holder, (select term from engine) as "term!""#,
            id.as_uuid()
        )
        .fetch_optional(self.connection())
        .await
        .map_err(&doing)?;
        let Some(asked) = asked else { return Ok(None) };
        if asked.holder.is_none() {
            let ending = Ending { id, status: OperationStatus::Cancelled, problem: None, failed_at: None };
            end(self.connection(), asked.term, &ending).await?;
        }
        self.operation(id).await.map(Some)
    }

    /// An open job on this project, of this kind or of any. Holds for the rest of the change while the caller has the lock of
    /// the project's row, or the claim of its id.
    pub async fn open_job_on(
        &mut self,
        project: &ProjectId,
        kind: Option<OperationKind>,
    ) -> Result<Option<OperationId>> {
        let found = sqlx::query_scalar!(
            "select id from operations
             where project_id = $1 and lane = 'job' and status in ('waiting', 'running') and ($2::text is null or kind = $2)
             order by id limit 1",
            project.as_str(),
            kind.map(OperationKind::as_str)
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("looking for a job"))?;
        Ok(found.map(OperationId::from))
    }
}
