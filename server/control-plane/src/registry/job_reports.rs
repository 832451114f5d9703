//! What the runner reports about jobs. As all reports, these carry the engine's term; what is reported about a job that was
//! taken carries its holder too, so that a runner that lost a job changes nothing of it.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{Operation, OperationId, OperationKind, OperationStatus, Problem, Progress};
use serde_json::Value;
use uuid::Uuid;

use super::operations::by_id;
use super::reports::end;
use super::{Ending, RegistryError, Reports, Result};

/// Which jobs may be taken now.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// The kinds that the runner knows and that are below their limit.
    pub kinds: Vec<String>,
    /// Jobs that this process works on.
    pub running: Vec<OperationId>,
    /// Database servers that have as many jobs as they may.
    pub full_servers: Vec<String>,
}

/// A job that was taken.
#[derive(Debug, Clone)]
pub struct JobClaim {
    /// The job with its steps.
    pub operation: Operation,
    /// What it works on.
    pub input: Value,
    /// The database server whose connections it uses.
    pub database_server: Option<String>,
    /// Whether an earlier holder had begun it and did not end it.
    pub interrupted: bool,
}

impl Reports<'_> {
    /// Takes the next job: those of operators before scheduled ones, the oldest first. A job that is worked on is taken over
    /// when its holder is of an earlier term, or has not been alive for 30 s. Two control planes never take the same one.
    pub async fn take_job(&self, from: &JobFilter) -> Result<Option<JobClaim>> {
        let doing = RegistryError::sql("taking a job");
        let running: Vec<Uuid> = from.running.iter().map(OperationId::as_uuid).collect();
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        let taken = sqlx::query!(
            r#"with next as (
                 select id, status from operations
                 where lane = 'job' and status in ('waiting', 'running') and kind = any ($2) and not id = any ($3)
                   and (holder is null or holder <> $1 or heartbeat_at < now() - interval '30 seconds')
                   and (retry_at is null or retry_at <= now())
                   and (database_server is null or not database_server = any ($4))
                   and exists (select from engine where term = $1)
                 order by actor = 'schedule', id limit 1 for update skip locked)
               update operations o
               set status = 'running', holder = $1, heartbeat_at = now(), retry_at = null,
                   started_at = coalesce(o.started_at, now())
               from next where o.id = next.id
               returning o.id, o.input, o.database_server, next.status = 'running' as "interrupted!""#,
            self.term,
            &from.kinds,
            &running,
            &from.full_servers
        )
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?;
        let Some(taken) = taken else { return Ok(None) };
        let operation = by_id(&mut tx, taken.id.into()).await?;
        tx.commit().await.map_err(&doing)?;
        Ok(Some(JobClaim {
            operation,
            input: taken.input,
            database_server: taken.database_server,
            interrupted: taken.interrupted,
        }))
    }

    /// Says that these jobs are worked on. Returns those that still are this holder's, each with whether it was asked to end.
    pub async fn jobs_alive(&self, jobs: &[OperationId]) -> Result<BTreeMap<OperationId, bool>> {
        let doing = RegistryError::sql("reporting that jobs are worked on");
        let ids: Vec<Uuid> = jobs.iter().map(OperationId::as_uuid).collect();
        let mut tx = self.progress().await.map_err(&doing)?;
        let rows = sqlx::query!(
            r#"update operations set heartbeat_at = now()
               where id = any ($1) and holder = $2 and status = 'running' and exists (select from engine where term = $2)
               returning id, cancel_requested_at is not null as "cancelled!""#,
            &ids,
            self.term
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        Ok(rows.into_iter().map(|row| (row.id.into(), row.cancelled)).collect())
    }

    /// How far the job is.
    pub async fn job_progress(&self, id: OperationId, progress: &Progress) -> Result<()> {
        let doing = RegistryError::sql("reporting the progress of a job");
        let mut tx = self.progress().await.map_err(&doing)?;
        sqlx::query!(
            "update operations set progress = $2
             where id = $1 and holder = $3 and status = 'running' and exists (select from engine where term = $3)",
            id.as_uuid(),
            serde_json::json!(progress),
            self.term
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// Merges these members into the input of the job, for its next attempt. An error where another holder has the job.
    pub async fn job_remembers(&self, id: OperationId, members: &Value) -> Result<()> {
        let done = sqlx::query!(
            "update operations set input = input || $2
             where id = $1 and holder = $3 and status = 'running' and exists (select from engine where term = $3)",
            id.as_uuid(),
            members,
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("remembering for a job"))?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(RegistryError::NotOurs) }
    }

    /// The input of a job with what it remembers.
    pub async fn job_input(&self, id: OperationId) -> Result<Value> {
        sqlx::query_scalar!("select input from operations where id = $1", id.as_uuid())
            .fetch_one(self.pool)
            .await
            .map_err(RegistryError::sql("reading the input of a job"))
    }

    /// The job is past its point of no return. `false` where an operator has requested its cancellation before.
    pub async fn job_committed(&self, id: OperationId) -> Result<bool> {
        let done = sqlx::query!(
            "update operations set committed = true
             where id = $1 and holder = $2 and status = 'running' and (cancel_requested_at is null or committed)
               and exists (select from engine where term = $2)",
            id.as_uuid(),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting a job"))?;
        Ok(done.rows_affected() == 1)
    }

    /// The job waits for what the problem names, and is tried again after the pause. The step that was under way is begun
    /// again then.
    pub async fn job_waits(&self, id: OperationId, problem: &Problem, pause: Duration) -> Result<()> {
        let doing = RegistryError::sql("reporting a job");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        let waits = sqlx::query!(
            "update operations set status = 'waiting', problem = $2, holder = null,
                    retry_at = now() + make_interval(secs => $3)
             where id = $1 and holder = $4 and status = 'running' and exists (select from engine where term = $4)",
            id.as_uuid(),
            serde_json::json!(problem),
            pause.as_secs_f64(),
            self.term
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        if waits.rows_affected() == 0 {
            return Ok(());
        }
        sqlx::query!(
            "update operation_steps set status = 'waiting', note = $2 where operation_id = $1 and status = 'running'",
            id.as_uuid(),
            problem.detail
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// Releases the job: it stays `running` without a holder, and the next control plane takes it over at once.
    pub async fn release_job(&self, id: OperationId) -> Result<()> {
        sqlx::query!(
            "update operations set holder = null where id = $1 and holder = $2",
            id.as_uuid(),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("releasing a job"))?;
        Ok(())
    }

    /// The job is over. The mark of its project goes in the same transaction. Changes nothing where another holder works
    /// on it.
    pub async fn end_job(&self, ending: &Ending<'_>) -> Result<()> {
        let doing = RegistryError::sql("ending a job");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        let held = sqlx::query!(
            "select from operations where id = $1 and holder = $2 for update",
            ending.id.as_uuid(),
            self.term
        )
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?;
        if held.is_none() {
            return Ok(());
        }
        end(&mut tx, self.term, ending).await?;
        tx.commit().await.map_err(&doing)
    }

    /// Takes the open job of this kind and input that is run by a command on the host, if there is one.
    pub async fn take_host_job(&self, kind: OperationKind, input: &Value) -> Result<Option<Operation>> {
        let doing = RegistryError::sql("taking a job");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        let taken = sqlx::query_scalar!(
            "update operations set status = 'running', holder = $1, heartbeat_at = now(), problem = null,
                    started_at = coalesce(started_at, now())
             where lane = 'job' and status in ('waiting', 'running') and kind = $2 and input = $3
               and exists (select from engine where term = $1) returning id",
            self.term,
            kind.as_str(),
            input
        )
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?;
        let Some(id) = taken else { return Ok(None) };
        let operation = by_id(&mut tx, id.into()).await?;
        tx.commit().await.map_err(&doing)?;
        Ok(Some(operation))
    }

    /// Ends open jobs of this kind and of another input, with this problem. Only for kinds that a command on the host runs.
    pub async fn end_other_host_jobs(
        &self,
        kind: OperationKind,
        input: &Value,
        problem: &Problem,
    ) -> Result<()> {
        let doing = RegistryError::sql("ending a job");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        let others = sqlx::query_scalar!(
            "select id from operations
             where lane = 'job' and status in ('waiting', 'running') and kind = $1 and input <> $2",
            kind.as_str(),
            input
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(&doing)?;
        for id in others {
            let (status, problem) = (OperationStatus::Failed, Some(problem));
            end(&mut tx, self.term, &Ending { id: id.into(), status, problem, failed_at: None }).await?;
        }
        tx.commit().await.map_err(&doing)
    }

    /// Jobs of this kind, which a command on the host runs, were left by it: they wait for the same command.
    pub async fn host_jobs_wait(&self, kind: OperationKind, problem: &Problem) -> Result<()> {
        sqlx::query!(
            "update operations set status = 'waiting', holder = null, problem = $2
             where lane = 'job' and status = 'running' and kind = $1 and exists (select from engine where term = $3)",
            kind.as_str(),
            serde_json::json!(problem),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting a job"))?;
        Ok(())
    }
}
