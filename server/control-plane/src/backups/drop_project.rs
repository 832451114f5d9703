//! The job that moves a project with its database to the trash, by an approved request.
//!
//! The project is stopped, a last backup is taken of what it wrote until then, and proved by a restore. Only then the database is
//! renamed into the trash; until there every failure, cancel or crash leaves the project as it was. Secrets and uploads stay where
//! they are until the database is dropped, so that the project can be brought back whole. Instance, route and schema file are
//! removed by the ordinary delete, which this job requests.

use async_trait::async_trait;
use model::{
    BackupId, BackupKind, ByteSize, DatabaseName, DatabaseOid, DatabaseServerName, DeleteRequestId,
    DeleteRequestState, OperationKind, ProjectId, SetAsideReason, Step, SystemEvent,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::create::write_and_record;
use super::moment::minute;
use super::take::Taking;
use super::verify::{complete, proof_of, reported};
use super::{exchange, problems};
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::database_copies::DatabaseCopies;
use crate::registry::{Event, Exclusive, NewOperation, SetAside};
use crate::{Result, target};

/// The job.
pub(crate) struct ProjectDrop;

/// What it works on, and what it remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ProjectDropInput {
    /// The request that it executes.
    pub(crate) request: DeleteRequestId,
    /// The server of the project's database.
    pub(crate) database_server: DatabaseServerName,
    /// The last backup, which is listed as running already.
    pub(crate) backup: BackupId,
    /// Whether the content of every table is digested.
    pub(crate) digests: bool,
    /// The database of the project; remembered before the first backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) former: Option<DatabaseOid>,
    /// Its size, remembered when it was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<ByteSize>,
}

#[async_trait]
impl Job for ProjectDrop {
    const KIND: OperationKind = OperationKind::ProjectDrop;
    const AT_ONCE: usize = 1;
    type Input = ProjectDropInput;

    fn steps(_input: &ProjectDropInput) -> Vec<Step> {
        vec![
            Step::StopInstance,
            Step::WriteArchive,
            Step::RecordBackup,
            Step::CheckArchive,
            Step::RestoreCopy,
            Step::CompareCopy,
            Step::RemoveCopy,
            Step::TrashDatabase,
            Step::RemoveProject,
        ]
    }

    fn resume(_input: &ProjectDropInput) -> Resume {
        Resume::Resume
    }

    fn exclusive(_input: &ProjectDropInput) -> Exclusive {
        Exclusive::Maintenance
    }

    fn database_server(input: &ProjectDropInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<ProjectDropInput>) -> Result<()> {
        let input = job.input();
        let copies = &*job.ports().postgres.of(input.database_server.as_str())?.copies;
        job.step(1, exchange::stop(job, copies)).await?;
        if !is_trashed(job).await? {
            let (backup, digests) = (input.backup, input.digests);
            let taking = Taking { backup, kind: BackupKind::PreDelete, digests, verify: false };
            write_and_record(job, (2, 3), taking).await?;
            prove(job, copies).await?;
        }
        job.step(8, trash_database(job, copies)).await?;
        job.step(9, Box::pin(remove_project(job))).await
    }
}

fn id(job: &JobContext<ProjectDropInput>) -> Result<ProjectId> {
    Ok(job.operation().project_id.clone().ok_or_else(problems::without_project)?)
}

/// Whether an earlier attempt has done everything but the report of its last step: then the row may be gone.
async fn is_trashed(job: &JobContext<ProjectDropInput>) -> Result<bool> {
    let request = job.inner.registry.delete_request(job.input().request).await?;
    Ok(request.is_some_and(|row| row.request.state == DeleteRequestState::Executed))
}

/// The last backup is proved, by this attempt or an earlier one.
async fn prove(job: &JobContext<ProjectDropInput>, copies: &dyn DatabaseCopies) -> Result<()> {
    let record = complete(job, job.input().backup).await?;
    let proof = proof_of(job, copies, &record, 4).await?;
    if record.backup.is_verified() {
        proof.remove_copy().await
    } else {
        reported(&proof, job.input().backup).await
    }
}

/// From here on the job is not cancelled. Repeated, it completes: the database is identified by its OID.
async fn trash_database(
    job: &JobContext<ProjectDropInput>,
    copies: &dyn DatabaseCopies,
) -> Result<Option<String>> {
    exchange::in_maintenance(job).await?; // a restart of the control plane may have come in between
    let (id, oid) = (id(job)?, database(job).await?);
    job.commit().await?;
    let name = DatabaseName::trash(id.clone(), job.operation().id);
    let found = copies.set_aside(oid, &name).await?;
    let bytes = found.ok_or_else(|| problems::database_not_seen(&id))?;
    job.remember(&serde_json::json!({ "bytes": bytes })).await?;
    Ok(Some(format!("the database is {name}")))
}

/// The database that the first step has remembered.
async fn database(job: &JobContext<ProjectDropInput>) -> Result<DatabaseOid> {
    let (former, id) = (job.remembered().await?.former, id(job)?);
    Ok(former.ok_or_else(|| problems::database_not_seen(&id))?)
}

/// In one transaction: the project is listed in the trash, its delete is requested, and the request is executed.
async fn remove_project(job: &JobContext<ProjectDropInput>) -> Result<Option<String>> {
    let (id, inner, input) = (id(job)?, &job.inner, job.input());
    if is_trashed(job).await? {
        return Ok(None);
    }
    let oid = database(job).await?;
    let name = DatabaseName::trash(id.clone(), job.operation().id);
    let set_aside = SetAside {
        project: &id,
        oid,
        name: &name,
        reason: SetAsideReason::Deleted,
        operation: job.operation().id,
        bytes: job.remembered().await?.bytes,
        drop_after: OffsetDateTime::now_utc() + inner.settings.deletes.trash,
    };
    let mut change = inner.registry.change_of(job.op(), &id).await?;
    change.in_term(inner.term).await?;
    change.set_aside(&set_aside).await?;
    change.end_maintenance(&id, job.operation().id).await?;
    let generation = change.request_delete(&id).await?;
    change.end_delete_request(input.request, DeleteRequestState::Executed, None).await?;
    let record = change.lock_project(&id).await?.ok_or_else(problems::without_project)?;
    let (steps, kind) = (target::planned(inner, &record), OperationKind::Delete);
    let new = NewOperation { project: &id, kind, generation, steps: &steps, idempotency_key: None };
    let operation = change.open_operation(&new).await?;
    let detail = serde_json::json!({
        "operation": job.operation().id, "database": name.to_string(), "bytes": set_aside.bytes,
        "drop_after": minute(set_aside.drop_after), "backup": input.backup,
    });
    change.commit(Event { project: Some(&id), action: SystemEvent::Trashed.into(), detail }).await?;
    Ok(Some(format!("by the operation {}", operation.id)))
}
