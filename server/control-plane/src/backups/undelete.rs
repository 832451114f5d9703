//! The job that brings a project back from the trash.
//!
//! The command has inserted the project's row in maintenance, which claims its id, names and ports, so nothing else can take
//! them. The job gives the database its name again, and the project runs as it did.

use async_trait::async_trait;
use model::{
    DatabaseName, DatabaseOid, DatabaseServerName, DesiredState, OperationKind, ProjectId, Step, SystemEvent,
};
use serde::{Deserialize, Serialize};

use super::{exchange, problems};
use crate::jobs::{Job, JobContext, Resume};
use crate::registry::{Event, Exclusive, NewOperation};
use crate::{Result, target};

/// The job.
pub(crate) struct ProjectUndelete;

/// What it works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UndeleteInput {
    /// The server of the database.
    pub(crate) database_server: DatabaseServerName,
    /// The database in the trash.
    pub(crate) database: DatabaseOid,
    /// Its name there.
    pub(crate) name: String,
}

#[async_trait]
impl Job for ProjectUndelete {
    const KIND: OperationKind = OperationKind::ProjectUndelete;
    const AT_ONCE: usize = 1;
    type Input = UndeleteInput;

    fn steps(_input: &UndeleteInput) -> Vec<Step> {
        vec![Step::BringBackDatabase, Step::UpdateProject, Step::AwaitReady]
    }

    fn resume(_input: &UndeleteInput) -> Resume {
        Resume::Resume
    }

    fn exclusive(_input: &UndeleteInput) -> Exclusive {
        Exclusive::Maintenance
    }

    fn database_server(input: &UndeleteInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<UndeleteInput>) -> Result<()> {
        let id = job.operation().project_id.clone().ok_or_else(problems::without_project)?;
        let brought_back = job.step(1, bring_back(job, &id)).await;
        if matches!(&brought_back, Err(error) if !error.is_transient()) {
            give_up(job, &id).await?;
        }
        brought_back?;
        job.step(2, Box::pin(take_into_use(job, &id))).await?;
        job.step(3, exchange::started(job)).await
    }
}

async fn bring_back(job: &JobContext<UndeleteInput>, id: &ProjectId) -> Result<Option<String>> {
    let input = job.input();
    let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
    copies.bring_back(input.database, &DatabaseName::main(id.clone())).await?;
    Ok(Some(format!("{} is {} again", input.name, id.database())))
}

/// In one transaction: the database is no longer in the trash, the maintenance is over, and an operation starts the instance.
async fn take_into_use(job: &JobContext<UndeleteInput>, id: &ProjectId) -> Result<Option<String>> {
    let (inner, input) = (&job.inner, job.input());
    let mut change = inner.registry.change_of(job.op(), id).await?;
    change.in_term(inner.term).await?;
    let record = change.lock_project(id).await?.ok_or_else(problems::without_project)?;
    if record.exclusive_job != Some(job.operation().id) {
        return Ok(None); // done, and not reported
    }
    change.no_longer_set_aside(&input.database_server, input.database).await?;
    change.end_maintenance(id, job.operation().id).await?;
    inner.observations.database_exchanged(id, &input.database_server, input.database);
    let record = change.lock_project(id).await?.ok_or_else(problems::without_project)?;
    let kind = match record.project.desired_state {
        DesiredState::Running => OperationKind::Start,
        DesiredState::Stopped => OperationKind::Stop,
    };
    let (steps, generation) = (target::planned(inner, &record), record.project.generation);
    let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
    change.open_operation(&new).await?;
    let detail = serde_json::json!({"operation": job.operation().id, "database": input.name});
    change.commit(Event { project: Some(id), action: SystemEvent::Undeleted.into(), detail }).await?;
    Ok(None)
}

/// The project stays in the trash: its row is removed again by the ordinary delete.
async fn give_up(job: &JobContext<UndeleteInput>, id: &ProjectId) -> Result<()> {
    let inner = &job.inner;
    let mut change = inner.registry.change_of(job.op(), id).await?;
    change.in_term(inner.term).await?;
    change.end_maintenance(id, job.operation().id).await?;
    let generation = change.request_delete(id).await?;
    let Some(record) = change.lock_project(id).await? else { return Ok(()) };
    let (steps, kind) = (target::planned(inner, &record), OperationKind::Delete);
    let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
    change.open_operation(&new).await?;
    let detail = serde_json::json!({"operation": job.operation().id, "problem": "it cannot be brought back"});
    change.commit(Event { project: Some(id), action: SystemEvent::DeleteEnded.into(), detail }).await?;
    Ok(())
}
