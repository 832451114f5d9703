//! The job that gives a new project the data of a backup. The project of the backup is not touched, and need not exist.

use async_trait::async_trait;
use model::{BackupId, DatabaseOid, DatabaseServerName, OperationKind, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::copy::Source;
use super::fill::Fill;
use super::moment::minute;
use super::proof::equal;
use super::restore::unpack_media;
use super::verify::complete;
use crate::Result;
use crate::jobs::{Exclusive, Job, JobContext, Resume};

/// The job.
pub(crate) struct RestoreNew;

/// What it works on, and what it remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RestoreNewInput {
    /// The backup.
    pub(crate) backup: BackupId,
    /// The server of the new database.
    pub(crate) database_server: DatabaseServerName,
    /// The database that the dump was loaded into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copy: Option<DatabaseOid>,
}

#[async_trait]
impl Job for RestoreNew {
    const KIND: OperationKind = OperationKind::RestoreNew;
    const AT_ONCE: usize = 2;
    type Input = RestoreNewInput;

    fn steps(_input: &RestoreNewInput) -> Vec<Step> {
        vec![
            Step::CheckArchive,
            Step::RestoreCopy,
            Step::CompareCopy,
            Step::RestoreMedia,
            Step::PlaceDatabase,
            Step::UpdateProject,
            Step::AwaitReady,
        ]
    }

    fn resume(_input: &RestoreNewInput) -> Resume {
        Resume::Resume
    }

    fn exclusive(_input: &RestoreNewInput) -> Exclusive {
        Exclusive::Yes
    }

    fn database_server(input: &RestoreNewInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<RestoreNewInput>) -> Result<()> {
        let input = job.input();
        let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
        let fill = Fill::of(job, &**copies)?;
        let filled = Box::pin(fill_from(job, &fill, input.backup)).await;
        if matches!(&filled, Err(error) if !error.is_transient()) {
            fill.give_up().await;
        }
        filled?;
        job.step(7, fill.started()).await
    }
}

async fn fill_from(
    job: &JobContext<RestoreNewInput>,
    fill: &Fill<'_, RestoreNewInput>,
    backup: BackupId,
) -> Result<()> {
    let source = Source::of_backup(job, &complete(job, backup).await?).await?;
    job.step(1, async {
        source.check_other_parts(job).await?;
        Ok(Some(format!("{} parts", source.manifest.parts.len())))
    })
    .await?;
    let copy = source.copy(job, Some(fill.main()))?;
    job.step(2, async {
        fill.copies.prepare_owner(&fill.main()).await?;
        let oid = source.restore(job, fill.copies, &copy).await?;
        job.remember(&json!({ "copy": oid })).await?;
        Ok(None)
    })
    .await?;
    job.step(3, async {
        let comparison = source.compare(job, fill.copies, &copy).await?;
        equal(&comparison)?;
        Ok(Some(comparison.compared.join(", ")))
    })
    .await?;
    job.step(4, unpack_media(job, &source, fill.uploads())).await?;
    let oid = job.remembered().await?.copy;
    job.step(5, fill.place(oid)).await?;
    let manifest = &source.manifest;
    let detail = json!({
        "backup": backup, "taken_at": minute(manifest.taken_at), "operation": job.operation().id,
        "source": source.name.project, "rows": manifest.rows,
    });
    job.step(6, Box::pin(fill.take_into_use(oid, detail))).await
}
