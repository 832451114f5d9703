//! The job that drops a database whose retention is over: the only place where a project's data is destroyed.

use async_trait::async_trait;
use model::{
    Action, DatabaseName, DatabaseOid, DatabaseServerName, Operation, OperationId, OperationKind, Problem,
    ProblemKind, ProjectId, SetAsideReason, Step,
};
use serde::{Deserialize, Serialize};

use super::{media, problems};
use crate::jobs::{self, Job, JobContext, Request, Resume};
use crate::ports::database_copies::DropPermit;
use crate::ports::secret_store::{SecretPath, SecretScope};
use crate::registry::{Change, Event};
use crate::{Error, Result};

/// The job.
pub(crate) struct DatabaseDrop;

/// What it works on: a row of the list of databases that are set aside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DropInput {
    /// The server.
    pub(crate) database_server: DatabaseServerName,
    /// The database.
    pub(crate) database: DatabaseOid,
    /// The operation that set it aside.
    pub(crate) set_aside_by: OperationId,
}

#[async_trait]
impl Job for DatabaseDrop {
    const KIND: OperationKind = OperationKind::DatabaseDrop;
    const AT_ONCE: usize = 1;
    type Input = DropInput;

    fn steps(_input: &DropInput) -> Vec<Step> {
        vec![Step::DropDatabase]
    }

    fn resume(_input: &DropInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &DropInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<DropInput>) -> Result<()> {
        job.step(1, drop_database(job)).await
    }
}

/// Opens the job for a database that is set aside.
pub(crate) async fn open_drop(
    change: &mut Change,
    project: &ProjectId,
    server: &DatabaseServerName,
    database: DatabaseOid,
    set_aside_by: OperationId,
) -> Result<Operation> {
    let input = DropInput { database_server: server.clone(), database, set_aside_by };
    jobs::open::<DatabaseDrop>(change, &Request { project: Some(project), input: &input, key: None }).await
}

async fn drop_database(job: &JobContext<DropInput>) -> Result<Option<String>> {
    let input = job.input();
    let id = job.operation().project_id.clone().ok_or_else(problems::without_project)?;
    let rows = job.inner.registry.set_aside_databases(Some(&id)).await?;
    let row = rows
        .into_iter()
        .find(|row| (&row.database_server, row.oid) == (&input.database_server, input.database));
    let Some(row) = row else { return Ok(Some("it was brought back, or dropped before".into())) };
    if row.drop_after > time::OffsetDateTime::now_utc() {
        return Err(too_early(&row.name).into());
    }
    let permit =
        DropPermit::after_retention(row.name.clone(), row.oid).ok_or_else(problems::without_project)?;
    let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
    job.commit().await?;
    copies.drop_database(permit).await?;
    match row.reason {
        SetAsideReason::Tables => {}
        SetAsideReason::Restored => remove_media(job, &id, Some(input.set_aside_by)).await?,
        // a project of the same id was created meanwhile: secrets and uploads are its own
        SetAsideReason::Deleted if job.inner.registry.has_project(&id).await? => {}
        SetAsideReason::Deleted => {
            remove_media(job, &id, None).await?;
            remove_secrets(job, &id).await?;
            copies.remove_owner(&DatabaseName::main(id.clone())).await?;
        }
    }
    let mut change = job.inner.registry.change(job.op()).await?;
    change.in_term(job.inner.term).await?;
    change.no_longer_set_aside(&input.database_server, input.database).await?;
    let detail = serde_json::json!({"database": row.name.to_string(), "operation": job.operation().id, "dropped": true});
    change.commit(Event { project: Some(&id), action: Action::DatabaseDrop.into(), detail }).await?;
    Ok(Some(format!("{} is gone", row.name)))
}

/// The uploads that were set aside with the database by this operation, or those of a deleted project.
async fn remove_media(
    job: &JobContext<DropInput>,
    id: &ProjectId,
    set_aside_by: Option<OperationId>,
) -> Result<()> {
    let Some(folder) = media::folder(job.ports(), id) else { return Ok(()) };
    let folder = set_aside_by.map_or_else(|| folder.clone(), |by| media::former(&folder, by));
    let removed = tokio::task::spawn_blocking(move || media::remove(&folder)).await;
    let removed = removed.map_err(|error| problems::thread(&error))?;
    removed.map_err(|error| Error::from(problems::media(&error)))
}

/// The secrets of a deleted project. No project of this id can have been created: the id is taken while the entry is there.
async fn remove_secrets(job: &JobContext<DropInput>, id: &ProjectId) -> Result<()> {
    let secrets = &job.ports().secrets;
    for secret in secrets.list(&SecretScope::Project(id.clone())).await? {
        secrets.delete(&SecretPath::project(id, secret.name)).await?;
    }
    Ok(())
}

fn too_early(name: &DatabaseName) -> Problem {
    let detail = format!("Nothing was changed. The retention of {name} is not over.");
    Problem::new(ProblemKind::Conflict, "The database is still kept", detail)
}
