//! What the engine reports about its own work: how far an operation is, where a route points, how well a project
//! was seen. None of it changes what is wanted, so none of it needs an event.

use model::{Health, Hostname, OperationId, OperationStatus, Problem, ProjectId, Step, StepStatus};
use sqlx::{Postgres, Transaction};
use time::OffsetDateTime;

use super::{Registry, RegistryError, Result};

impl Registry {
    /// For what is told of a step: no commit waits for the disk. A crash of the machine forgets the last of it, and the step
    /// is begun again, as after any other crash; the outcome of an operation waits, and then all before it is there too.
    async fn progress(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin_with("begin; set local synchronous_commit = off").await
    }

    /// The operation is being worked on. What it waited for is over.
    pub async fn report_begun(&self, id: OperationId) -> Result<()> {
        let doing = RegistryError::sql("reporting an operation");
        let mut tx = self.progress().await.map_err(&doing)?;
        sqlx::query!(
            "update operations set status = 'running', started_at = coalesce(started_at, now()), problem = null
             where id = $1 and status in ('waiting', 'running') and (status = 'waiting' or problem is not null)",
            id.as_uuid()
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// The operation has these steps now: those that were begun stay as they are, the rest is replaced.
    pub async fn report_steps(&self, id: OperationId, steps: &[Step]) -> Result<()> {
        let doing = RegistryError::sql("reporting the steps");
        let names: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let mut tx = self.progress().await.map_err(&doing)?;
        sqlx::query!(
            "delete from operation_steps where operation_id = $1 and status <> 'done' and not step = any ($2)",
            id.as_uuid(),
            &names
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        sqlx::query!(
            "insert into operation_steps (operation_id, ordinal, step, status)
             select $1, (select coalesce(max(ordinal), 0) from operation_steps where operation_id = $1) + ordinal::int,
                    step, 'waiting'
             from unnest($2::text[]) with ordinality as s (step, ordinal)
             where not exists (select from operation_steps e where e.operation_id = $1 and e.step = s.step)",
            id.as_uuid(),
            &names
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// A step begins, once more perhaps.
    pub async fn report_step_begun(&self, id: OperationId, step: Step) -> Result<()> {
        let doing = RegistryError::sql("reporting a step");
        let mut tx = self.progress().await.map_err(&doing)?;
        sqlx::query!(
            "update operation_steps set status = 'running', attempts = attempts + 1, finished_at = null, note = null,
                    started_at = case when status in ('waiting', 'done') then now() else coalesce(started_at, now()) end
             where operation_id = $1 and step = $2",
            id.as_uuid(),
            step.as_str()
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// A step ended, or says what it waits for.
    pub async fn report_step(
        &self,
        id: OperationId,
        step: Step,
        status: StepStatus,
        note: Option<&str>,
    ) -> Result<()> {
        let doing = RegistryError::sql("reporting a step");
        let mut tx = self.progress().await.map_err(&doing)?;
        sqlx::query!(
            "update operation_steps set status = $3, note = coalesce($4, note),
                    finished_at = case when $3 in ('done', 'failed', 'skipped') then now() end
             where operation_id = $1 and step = $2",
            id.as_uuid(),
            step.as_str(),
            status.as_str(),
            note
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// The operation waits for a part that is away; it goes on by itself.
    pub async fn report_waiting(&self, id: OperationId, problem: &Problem) -> Result<()> {
        sqlx::query!(
            "update operations set status = 'waiting', problem = $2 where id = $1 and status in ('waiting', 'running')",
            id.as_uuid(),
            serde_json::json!(problem)
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("reporting an operation"))?;
        Ok(())
    }

    /// The operation is over. Steps that were not done are skipped, or failed where they were being worked on.
    pub async fn report_over(
        &self,
        id: OperationId,
        status: OperationStatus,
        problem: Option<&Problem>,
    ) -> Result<()> {
        let doing = RegistryError::sql("reporting an operation");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        sqlx::query!(
            "update operation_steps set finished_at = now(),
                    status = case when status = 'running' and $2 = 'failed' then 'failed' else 'skipped' end
             where operation_id = $1 and status in ('waiting', 'running')",
            id.as_uuid(),
            status.as_str()
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        sqlx::query!(
            "update operations set status = $2, problem = $3, finished_at = now(), started_at = coalesce(started_at, now())
             where id = $1 and status in ('waiting', 'running')",
            id.as_uuid(),
            status.as_str(),
            problem.map(|problem| serde_json::json!(problem))
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// The route points there, and the instance uses this slot.
    pub async fn report_upstream(&self, id: &ProjectId, upstream: &str, slot: u8) -> Result<()> {
        sqlx::query!(
            "update projects set upstream = $2, slot = $3 where id = $1",
            id.as_str(),
            upstream,
            i16::from(slot)
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("reporting an upstream"))?;
        Ok(())
    }

    /// These former names are no longer needed. One that was added meanwhile stays.
    pub async fn report_names_retired(&self, id: &ProjectId, names: &[Hostname]) -> Result<()> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        sqlx::query!(
            "update projects set former_hostnames =
               array(select name from unnest(former_hostnames) name where not name = any ($2::text[]))
             where id = $1",
            id.as_str(),
            &names
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("reporting retired names"))?;
        Ok(())
    }

    /// How well the project was seen.
    pub async fn report_health(&self, id: &ProjectId, health: Health, at: OffsetDateTime) -> Result<()> {
        let at = at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default();
        sqlx::query!(
            "update projects set last_health = $2 where id = $1",
            id.as_str(),
            serde_json::json!({"health": health, "at": at})
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("reporting a health"))?;
        Ok(())
    }
}
