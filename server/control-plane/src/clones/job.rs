//! The job that copies the data of a project into a clone.
//!
//! The server itself copies the database. Meanwhile the source takes no connection; it is opened again also after an error, also if
//! the control plane stops waiting. Only a kill in the middle leaves it closed, and the next attempt opens it first.

use std::path::Path;
use std::time::Instant;

use async_trait::async_trait;
use model::{DatabaseName, DatabaseOid, DatabaseServerName, OperationKind, ProjectId, Step};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::backups::fill::Fill;
use crate::backups::{media, problems};
use crate::jobs::{Exclusive, Job, JobContext, Resume};
use crate::ports::database_copies::CopySpec;
use crate::{Error, Result};

/// The job.
pub(crate) struct ProjectClone;

/// What it works on, and what it remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CloneInput {
    /// The project that is copied.
    pub(crate) source: ProjectId,
    /// Its database.
    pub(crate) database: DatabaseOid,
    /// The server of both.
    pub(crate) database_server: DatabaseServerName,
    /// The copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copy: Option<DatabaseOid>,
}

#[async_trait]
impl Job for ProjectClone {
    const KIND: OperationKind = OperationKind::ProjectClone;
    const AT_ONCE: usize = 2;
    type Input = CloneInput;

    fn steps(_input: &CloneInput) -> Vec<Step> {
        vec![Step::CloneDatabase, Step::CopyMedia, Step::PlaceDatabase, Step::UpdateProject, Step::AwaitReady]
    }

    fn resume(_input: &CloneInput) -> Resume {
        Resume::Resume
    }

    fn exclusive(_input: &CloneInput) -> Exclusive {
        Exclusive::Yes
    }

    fn database_server(input: &CloneInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<CloneInput>) -> Result<()> {
        let copies = &job.ports().postgres.of(job.input().database_server.as_str())?.copies;
        let fill = Fill::of(job, &**copies)?;
        let filled = Box::pin(fill_from(job, &fill)).await;
        if matches!(&filled, Err(error) if !error.is_transient()) {
            fill.give_up().await;
        }
        filled?;
        job.step(5, fill.started()).await
    }
}

async fn fill_from(job: &JobContext<CloneInput>, fill: &Fill<'_, CloneInput>) -> Result<()> {
    let source = &job.input().source;
    job.step(1, copy_database(job, fill)).await?;
    job.step(2, copy_uploads(job, fill)).await?;
    let oid = job.remembered().await?.copy;
    job.step(3, fill.place(oid)).await?;
    let detail = json!({ "source": source, "operation": job.operation().id });
    job.step(4, Box::pin(fill.take_into_use(oid, detail))).await
}

async fn copy_database(job: &JobContext<CloneInput>, fill: &Fill<'_, CloneInput>) -> Result<Option<String>> {
    let input = job.input();
    let from = DatabaseName::main(input.source.clone());
    fill.copies.reopen(&from).await?; // an attempt that was killed may have left it closed
    let snapshot = fill.copies.snapshot(&from, Some(input.database)).await?;
    let facts = snapshot.facts().clone();
    drop(snapshot);
    fill.copies.prepare_owner(&fill.main()).await?;
    let name = DatabaseName::scratch(fill.id.clone(), job.operation().id);
    let copy = CopySpec { name, owner: Some(fill.main()), facts };
    let begun = Instant::now();
    let oid = fill.copies.clone_database(input.database, &copy).await?;
    let pause = begun.elapsed();
    fill.copies.finish_copy(&copy).await?;
    job.remember(&json!({ "copy": oid })).await?;
    Ok(Some(format!("{} took no new connection for at most {:.2} s", input.source, pause.as_secs_f32())))
}

/// Copies, because a hard link would share later writes with the source. Where the file system can, both files share their blocks.
async fn copy_uploads(job: &JobContext<CloneInput>, fill: &Fill<'_, CloneInput>) -> Result<Option<String>> {
    let (Some(from), Some(to)) = (media::folder(job.ports(), &job.input().source), fill.uploads()) else {
        return Ok(None);
    };
    let stop = job.interrupted().clone();
    let copy = move || media::copy(Path::new(&from), Path::new(&to), &|| stop.is_cancelled());
    let copied = tokio::task::spawn_blocking(copy).await.map_err(|error| problems::thread(&error))?;
    job.check()?;
    let files = copied.map_err(|error| Error::from(problems::copying_uploads(&error)))?;
    Ok(Some(if files == 1 { "1 file".to_owned() } else { format!("{files} files") }))
}
