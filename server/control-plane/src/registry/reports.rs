//! What the engine reports about its own work: how far an operation is, where a route points, how well a project was seen.
//!
//! None of it changes what is desired, so none of it needs an event. Every statement carries the engine's term: a report
//! of a control plane that no longer holds the engine lock changes nothing, whenever it arrives. A report on an operation
//! that is over changes nothing either.

use model::{OperationId, OperationStatus, PlannedStep, Problem, StepStatus};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::{Change, Registry, RegistryError, Result, operation_steps};

/// Reports of the engine, in one term.
#[derive(Debug, Clone, Copy)]
pub struct Reports<'a> {
    pub(super) pool: &'a PgPool,
    pub(super) term: i64,
}

impl Registry {
    /// Reports in this term.
    pub const fn reports(&self, term: i64) -> Reports<'_> {
        Reports { pool: &self.pool, term }
    }
}

impl Reports<'_> {
    pub(super) const fn pool(&self) -> &PgPool {
        self.pool
    }

    pub(super) const fn term(&self) -> i64 {
        self.term
    }

    /// A transaction for progress: its commit does not wait for the disk. A crash of the machine forgets the last of it, and
    /// the step is begun again, as after any other crash. The outcome of an operation waits for the disk, and for all before it.
    pub(super) async fn progress(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin_with("begin; set local synchronous_commit = off").await
    }

    /// Work on the operation begins with these steps; returns their ordinals. Its problem stays until a step gets further.
    pub async fn begun(&self, id: OperationId, plan: &[PlannedStep]) -> Result<Vec<i32>> {
        let doing = RegistryError::sql("reporting an operation");
        let mut tx = self.progress().await.map_err(&doing)?;
        let open = sqlx::query!(
            "update operations set status = 'running', started_at = coalesce(started_at, now())
             where id = $1 and status in ('waiting', 'running') and exists (select from engine where term = $2)",
            id.as_uuid(),
            self.term
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        if open.rows_affected() == 0 {
            return Err(RegistryError::NotOurs);
        }
        let ordinals = operation_steps::replan(&mut tx, id.as_uuid(), plan).await?;
        tx.commit().await.map_err(&doing)?;
        Ok(ordinals)
    }

    /// The step at this place begins. What it noted in an earlier attempt stays until it ends.
    pub async fn step_begun(&self, id: OperationId, ordinal: i32) -> Result<()> {
        let doing = RegistryError::sql("reporting a step");
        let mut tx = self.progress().await.map_err(&doing)?;
        sqlx::query!(
            "update operation_steps set status = 'running', attempts = attempts + 1, finished_at = null,
                    started_at = case when status in ('waiting', 'done') then now() else coalesce(started_at, now()) end
             where operation_id = $1 and ordinal = $2 and exists (select from engine where term = $3)
               and exists (select from operations where id = $1 and status in ('waiting', 'running'))",
            id.as_uuid(),
            ordinal,
            self.term
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// The step at this place ended, or notes how far it is. One that is done takes the operation's problem away: it got
    /// further than the attempt that failed.
    pub async fn step(
        &self,
        id: OperationId,
        ordinal: i32,
        status: StepStatus,
        note: Option<&str>,
    ) -> Result<()> {
        let doing = RegistryError::sql("reporting a step");
        let mut tx = self.progress().await.map_err(&doing)?;
        set_step(&mut tx, self.term, (id, ordinal), status, note).await?;
        tx.commit().await.map_err(&doing)
    }

    /// The operation got further than it ever did: what it waited for is over.
    pub async fn further(&self, id: OperationId) -> Result<()> {
        let doing = RegistryError::sql("reporting an operation");
        sqlx::query!(
            "update operations set problem = null
             where id = $1 and problem is not null and status in ('waiting', 'running')
               and exists (select from engine where term = $2)",
            id.as_uuid(),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(&doing)?;
        Ok(())
    }

    /// The step at this place, if one is named, waits with the operation for what the problem names; work goes on without
    /// an operator.
    pub async fn waiting(&self, id: OperationId, step: Option<(i32, &str)>, problem: &Problem) -> Result<()> {
        let doing = RegistryError::sql("reporting an operation");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        sqlx::query!(
            "update operations set status = 'waiting', problem = $2
             where id = $1 and status in ('waiting', 'running') and exists (select from engine where term = $3)",
            id.as_uuid(),
            serde_json::json!(problem),
            self.term
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        if let Some((ordinal, note)) = step {
            sqlx::query!(
                "update operation_steps set status = 'waiting', note = $3
                 where operation_id = $1 and ordinal = $2 and exists (select from engine where term = $4)
                   and exists (select from operations where id = $1 and status = 'waiting')",
                id.as_uuid(),
                ordinal,
                note,
                self.term
            )
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        }
        tx.commit().await.map_err(&doing)
    }

    /// The operation is over, with nothing else to be written.
    pub async fn over(
        &self,
        id: OperationId,
        status: OperationStatus,
        problem: Option<&Problem>,
    ) -> Result<()> {
        let doing = RegistryError::sql("reporting an operation");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        end(&mut tx, self.term, &Ending { id, status, problem, failed_at: None }).await?;
        tx.commit().await.map_err(&doing)
    }
}

/// How an operation ends.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// Which operation.
    pub id: OperationId,
    /// Its outcome.
    pub status: OperationStatus,
    /// Why it failed, if it did.
    pub problem: Option<&'a Problem>,
    /// The place of the step that failed, if one did; steps that were not done are skipped.
    pub failed_at: Option<i32>,
}

impl Change {
    /// Ends an operation in the same transaction as what it led to, in this term.
    pub async fn end_operation(&mut self, term: i64, ending: &Ending<'_>) -> Result<()> {
        end(self.connection(), term, ending).await
    }

    /// The step at this place is done, in the same transaction as what it did, in this term.
    pub async fn step_done(&mut self, term: i64, id: OperationId, ordinal: i32, note: &str) -> Result<()> {
        set_step(self.connection(), term, (id, ordinal), StepStatus::Done, Some(note)).await
    }

    /// Refuses to go on where another control plane holds the engine lock. The check holds until the change is over.
    pub async fn in_term(&mut self, term: i64) -> Result<()> {
        let held = sqlx::query_scalar!("select term from engine where term = $1 for share", term)
            .fetch_optional(self.connection())
            .await
            .map_err(RegistryError::sql("checking the engine's term"))?;
        held.map(|_| ()).ok_or(RegistryError::NotOurs)
    }
}

/// Sets where the step at this place of an open operation is.
async fn set_step(
    connection: &mut PgConnection,
    term: i64,
    (id, ordinal): (OperationId, i32),
    status: StepStatus,
    note: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "update operation_steps set status = $3, note = case when $3 = 'done' then $4 else coalesce($4, note) end,
                finished_at = case when $3 in ('done', 'failed', 'skipped') then now() end
         where operation_id = $1 and ordinal = $2 and exists (select from engine where term = $5)
           and exists (select from operations where id = $1 and status in ('waiting', 'running'))",
        id.as_uuid(),
        ordinal,
        status.as_str(),
        note,
        term
    )
    .execute(connection)
    .await
    .map_err(RegistryError::sql("reporting a step"))?;
    Ok(())
}

/// Ends an operation that is open, and takes the mark of an exclusive job from its project. A step that was under way is done
/// where the operation succeeded: a control plane that ended before it reported the step had done it, for nothing is left to do.
pub(super) async fn end(connection: &mut PgConnection, term: i64, ending: &Ending<'_>) -> Result<()> {
    let doing = RegistryError::sql("ending an operation");
    let Ending { id, status, problem, failed_at } = ending;
    let open = sqlx::query!(
        "update operations set status = $2, problem = $3, finished_at = now(), started_at = coalesce(started_at, now())
         where id = $1 and status in ('waiting', 'running') and exists (select from engine where term = $4)",
        id.as_uuid(),
        status.as_str(),
        problem.map(|problem| serde_json::json!(problem)),
        term
    )
    .execute(&mut *connection)
    .await
    .map_err(&doing)?;
    if open.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query!(
        "update operation_steps set finished_at = now(),
                note = case when ordinal = $3 then coalesce($4, note) else note end,
                status = case when ordinal = $3 or (status = 'running' and $2 = 'failed') then 'failed'
                              when status = 'running' and $2 = 'succeeded' then 'done' else 'skipped' end
         where operation_id = $1 and (status in ('waiting', 'running') or ordinal = $3)",
        id.as_uuid(),
        status.as_str(),
        *failed_at,
        problem.map(|problem| problem.title.as_str()),
    )
    .execute(&mut *connection)
    .await
    .map_err(&doing)?;
    sqlx::query!(
        "update projects set exclusive_job = null, maintenance = false where exclusive_job = $1",
        id.as_uuid()
    )
    .execute(connection)
    .await
    .map_err(&doing)?;
    Ok(())
}
