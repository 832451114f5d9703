//! The job that undoes a restore: the database and the uploads that it replaced take their place again.

use async_trait::async_trait;
use model::{
    DatabaseName, DatabaseOid, DatabaseServerName, OperationId, OperationKind, ProjectId, Step, SystemEvent,
};
use serde::{Deserialize, Serialize};

use super::create::project;
use super::exchange::Exchange;
use super::{exchange, media, problems};
use crate::Result;
use crate::jobs::{Job, JobContext, Resume};
use crate::registry::{Event, TakenVersion};

/// The job.
pub(crate) struct RestoreUndo;

/// What it works on, and what it remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UndoInput {
    /// The server of the project's database.
    pub(crate) database_server: DatabaseServerName,
    /// The database that was set aside.
    pub(crate) database: DatabaseOid,
    /// The restore that set it aside.
    pub(crate) restore: OperationId,
    /// The database that the project uses until then; remembered before the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<DatabaseOid>,
}

#[async_trait]
impl Job for RestoreUndo {
    const KIND: OperationKind = OperationKind::RestoreUndo;
    const AT_ONCE: usize = 2;
    type Input = UndoInput;

    fn steps(_input: &UndoInput) -> Vec<Step> {
        vec![Step::StopInstance, Step::SwapDatabase, Step::UpdateProject, Step::AwaitReady]
    }

    fn resume(_input: &UndoInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &UndoInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<UndoInput>) -> Result<()> {
        let input = job.input();
        let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
        let id = project(job).await?.project.id;
        job.step(1, exchange::stop(job, &**copies)).await?;
        job.step(2, async {
            let swapped = exchange(job, &id).await?.swap(job, &**copies).await;
            if matches!(&swapped, Err(error) if !error.is_transient()) {
                let _ = copies.reopen(&DatabaseName::main(id.clone())).await;
            }
            swapped
        })
        .await?;
        job.step(
            3,
            Box::pin(async {
                let detail = serde_json::json!({"restore": input.restore, "operation": job.operation().id});
                let event = Event { project: Some(&id), action: SystemEvent::RestoreUndone.into(), detail };
                exchange(job, &id)
                    .await?
                    .take_into_use(job, &input.database_server, TakenVersion::Present, event)
                    .await
            }),
        )
        .await?;
        job.step(4, exchange::started(job)).await
    }
}

/// The two databases, as this or an earlier attempt remembers them.
async fn exchange(job: &JobContext<UndoInput>, id: &ProjectId) -> Result<Exchange> {
    let input: UndoInput = job.remembered().await?;
    let former = input.former.ok_or_else(|| problems::database_not_seen(id))?;
    let media = media::folder(job.ports(), id).map(|folder| media::former(&folder, input.restore));
    Ok(Exchange { project: id.clone(), former: Some(former), next: input.database, media })
}
