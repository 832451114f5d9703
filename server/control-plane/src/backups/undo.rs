//! The job that undoes a restore: the database and the uploads that it replaced take their place again.

use std::time::Duration;

use async_trait::async_trait;
use model::{
    DatabaseName, DatabaseOid, DatabaseServerName, OperationId, OperationKind, SetAsideReason, Step,
    SystemEvent,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::create::project;
use super::{media, problems};
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::database_copies::Swap;
use crate::registry::{Event, SetAside};
use crate::{Error, Result};

/// How long the reconciler may take to stop the instance, beyond its grace period.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

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
        vec![Step::StopInstance, Step::SwapDatabase, Step::UpdateProject]
    }

    fn resume(_input: &UndoInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &UndoInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<UndoInput>) -> Result<()> {
        let copies = &job.ports().postgres.of(job.input().database_server.as_str())?.copies;
        let record = project(job).await?;
        let (id, name) = (record.project.id.clone(), DatabaseName::main(record.project.id.clone()));
        let longest = job.inner.settings.grace + STOPPED_WITHIN;
        job.step(1, async {
            let current = record.database_oid.ok_or_else(|| problems::database_not_seen(&id))?;
            job.remember(&serde_json::json!({ "former": current })).await?;
            job.enter_maintenance().await?;
            job.instance_stopped(longest).await?;
            Ok(None)
        })
        .await?;
        job.step(2, async {
            let input: UndoInput = job.remembered().await?;
            let current = input.former.ok_or_else(|| problems::database_not_seen(&id))?;
            job.enter_maintenance().await?;
            job.instance_stopped(longest).await?;
            let former = DatabaseName::former(id.clone(), job.operation().id);
            let swap = Swap { name: name.clone(), current, next: input.database, former };
            job.commit().await?;
            let swapped = copies.swap(&swap).await;
            if let Err(error) = swapped {
                let _ = copies.reopen(&name).await;
                return Err(error.into());
            }
            exchange_media(job, &id).await?;
            Ok(None)
        })
        .await?;
        job.step(3, take_into_use(job, &id)).await
    }
}

async fn take_into_use(job: &JobContext<UndoInput>, id: &model::ProjectId) -> Result<Option<String>> {
    let input: UndoInput = job.remembered().await?;
    let former = input.former.ok_or_else(|| problems::database_not_seen(id))?;
    let mut change = job.inner.registry.change_of(job.op(), id).await?;
    change.in_term(job.inner.term).await?;
    let schema = change.no_longer_set_aside(&input.database_server, input.database).await?;
    change
        .set_aside(&SetAside {
            project: id,
            oid: former,
            name: &DatabaseName::former(id.clone(), job.operation().id),
            reason: SetAsideReason::Restored,
            operation: job.operation().id,
            drop_after: OffsetDateTime::now_utc() + job.inner.settings.keep_former,
        })
        .await?;
    change.take_database(id, input.database, schema.as_ref()).await?;
    let detail = serde_json::json!({"restore": input.restore, "operation": job.operation().id});
    change.commit(Event { project: Some(id), action: SystemEvent::RestoreUndone.into(), detail }).await?;
    job.inner.observations.database_exchanged(id, &input.database_server, input.database);
    Ok(None)
}

/// The uploads that the restore had replaced take their place again.
async fn exchange_media(job: &JobContext<UndoInput>, id: &model::ProjectId) -> Result<()> {
    let Some(folder) = media::folder(job.ports(), id) else { return Ok(()) };
    let (operation, restore) = (job.operation().id, job.input().restore);
    let exchanged = tokio::task::spawn_blocking(move || {
        media::swap(&folder, &media::former(&folder, restore), &media::former(&folder, operation))
    });
    let exchanged = exchanged.await.map_err(|error| problems::thread(&error))?;
    exchanged.map_err(|error| Error::from(problems::media(&error)))
}
