//! The programs that jobs started and that may still run.

use model::OperationId;
use uuid::Uuid;

use super::{Registry, RegistryError, Result};

/// A program that a job started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobProgram {
    /// The value of `ATOMO_FLEET_PROGRAM` in its environment; unique for each start.
    pub token: Uuid,
    /// The job.
    pub operation: OperationId,
    /// Its file name.
    pub program: String,
    /// The boot of the machine during which it was started.
    pub boot: String,
    /// Its process and when that started, in clock ticks after boot; `None` until that was noted.
    pub process: Option<(u32, u64)>,
}

struct Row {
    token: Uuid,
    operation_id: Uuid,
    program: String,
    boot: String,
    pid: Option<i32>,
    started: Option<i64>,
}

impl Registry {
    /// Writes down that a job is about to start a program.
    pub async fn record_program(
        &self,
        token: Uuid,
        job: OperationId,
        program: &str,
        boot: &str,
    ) -> Result<()> {
        sqlx::query!(
            "insert into job_programs (token, operation_id, program, boot) values ($1, $2, $3, $4)",
            token,
            job.as_uuid(),
            program,
            boot
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("recording a program of a job"))?;
        Ok(())
    }

    /// Notes the process that the program became.
    pub async fn record_process(&self, token: Uuid, pid: u32, started: u64) -> Result<()> {
        sqlx::query!(
            "update job_programs set pid = $2, started = $3 where token = $1",
            token,
            pid.cast_signed(),
            started.cast_signed()
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("recording a program of a job"))?;
        Ok(())
    }

    /// The program has ended.
    pub async fn forget_program(&self, token: Uuid) -> Result<()> {
        sqlx::query!("delete from job_programs where token = $1", token)
            .execute(&self.pool)
            .await
            .map_err(RegistryError::sql("forgetting a program of a job"))?;
        Ok(())
    }

    /// The programs that may still run: of one job, or of all.
    pub async fn job_programs(&self, job: Option<OperationId>) -> Result<Vec<JobProgram>> {
        let rows = sqlx::query_as!(
            Row,
            "select token, operation_id, program, boot, pid, started from job_programs
             where $1::uuid is null or operation_id = $1 order by recorded_at",
            job.map(|id| id.as_uuid())
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the programs of jobs"))?;
        let program = |row: Row| JobProgram {
            token: row.token,
            operation: row.operation_id.into(),
            program: row.program,
            boot: row.boot,
            process: row.pid.zip(row.started).map(|(pid, at)| (pid.cast_unsigned(), at.cast_unsigned())),
        };
        Ok(rows.into_iter().map(program).collect())
    }
}
