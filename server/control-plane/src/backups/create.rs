//! The job that takes a backup. Its verification is requested in the transaction that lists the backup as complete.

use async_trait::async_trait;
use model::{
    Action, BackupId, BackupKind, ByteSize, DatabaseServerName, OperationKind, Problem, ProjectId, Step,
};
use serde::{Deserialize, Serialize};

use super::archive;
use super::policies::policy_of;
use super::problems;
use super::take::{self, Taking};
use super::verify::{BackupVerification, VerifyInput};
use crate::jobs::{self, Job, JobContext, Resume};
use crate::ports::archive_store::ArchiveName;
use crate::registry::{CompleteBackup, Event, ProjectRecord};
use crate::{Error, Result};

/// The job.
pub(crate) struct BackupCreation;

/// What it works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CreateInput {
    /// The id of the backup, which is listed as running already.
    pub(crate) backup: BackupId,
    /// Why it is taken.
    pub(crate) kind: BackupKind,
    /// Whether the content of every table is digested.
    pub(crate) digests: bool,
    /// Whether the verification is requested afterwards.
    pub(crate) verify: bool,
    /// The server of the database.
    pub(crate) database_server: DatabaseServerName,
}

#[async_trait]
impl Job for BackupCreation {
    const KIND: OperationKind = OperationKind::BackupCreate;
    const AT_ONCE: usize = 2;
    type Input = CreateInput;

    fn steps(_input: &CreateInput) -> Vec<Step> {
        vec![Step::WriteArchive, Step::RecordBackup]
    }

    fn resume(_input: &CreateInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &CreateInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<CreateInput>) -> Result<()> {
        let CreateInput { backup, kind, digests, verify, .. } = *job.input();
        let taking = Taking { backup, kind, digests, verify };
        let outcome = write_and_record(job, (1, 2), taking).await;
        if let Err(error) = &outcome
            && !error.is_transient()
        {
            job.inner.registry.reports(job.inner.term).backup_failed(backup, &error.problem()).await?;
        }
        outcome
    }
}

/// Writes the archive and lists the backup as complete, in two steps at these places.
pub(crate) async fn write_and_record<I: Send + Sync>(
    job: &JobContext<I>,
    (write, list): (i32, i32),
    taking: Taking,
) -> Result<()> {
    let record = project(job).await?;
    let name = ArchiveName { project: Some(record.project.id.clone()), backup: taking.backup };
    job.step(write, async {
        // complete, but not reported: the control plane ended in between
        if job.ports().archives.parts(&name).await?.is_some() {
            return Ok(None);
        }
        let manifest = Box::pin(take::take(job, &record, taking)).await?;
        Ok(Some(format!(
            "{} in the archive, {} tables with {} rows",
            ByteSize::new(manifest.stored_bytes()),
            manifest.tables,
            manifest.rows
        )))
    })
    .await?;
    job.step(list, list_complete(job, &record, &name, taking.verify)).await
}

/// Reads seal and manifest back from the store: what is listed is what is there.
pub(super) async fn list_complete<I: Send + Sync>(
    job: &JobContext<I>,
    record: &ProjectRecord,
    name: &ArchiveName,
    verify: bool,
) -> Result<Option<String>> {
    let (seal, manifest) = archive::open(&*job.ports().archives, name, None).await?;
    let media = manifest.part(archive::PartRole::Media).map_or(0, |part| part.plain_bytes);
    let json = serde_json::to_value(&manifest).map_err(|error| problems::internal(&error))?;
    let complete = CompleteBackup {
        taken_at: manifest.taken_at,
        stored: ByteSize::new(manifest.stored_bytes()),
        database: ByteSize::new(manifest.database.bytes),
        media: ByteSize::new(media),
        tables_and_rows: (manifest.tables, manifest.rows),
        manifest: &json,
        seal: &seal.sha256(),
    };
    let id = &record.project.id;
    let boot = policy_of(&job.inner, id).await?.boot;
    let mut change = job.inner.registry.change_of(job.op(), id).await?;
    change.in_term(job.inner.term).await?;
    change.complete_backup(name.backup, &complete).await?;
    let server = server_of(record)?;
    let input = VerifyInput::new(name.backup, server, boot);
    let request = jobs::Request { project: Some(id), input: &input, key: None };
    // refused while the project is being deleted: then it stays unverified
    let verification =
        if verify { jobs::open::<BackupVerification>(&mut change, &request).await.ok() } else { None };
    let of_past = manifest.kind == BackupKind::PointInTime;
    let action = if of_past { Action::BackupCreate } else { Action::BackupVerify };
    let operation = verification.as_ref().map(|it| it.id);
    let detail =
        serde_json::json!({"backup": name.backup, "operation": operation, "kind": manifest.kind.as_str()});
    change.commit(Event { project: Some(id), action: action.into(), detail }).await?;
    Ok(verification.map(|_| "verification requested".into()))
}

/// The row of the job's project.
pub(crate) async fn project<I>(job: &JobContext<I>) -> Result<ProjectRecord> {
    let id: Option<ProjectId> = job.operation().project_id.clone();
    let id = id.ok_or_else(problems::without_project)?;
    let record = job.inner.registry.project(&id).await?;
    record.ok_or_else(|| Error::from(Problem::not_found(format!("project {id}"))))
}

/// The server of the project's database.
pub(crate) fn server_of(record: &ProjectRecord) -> Result<DatabaseServerName> {
    let server = record.project.database_server.clone();
    server.parse().map_err(|error: model::Invalid| problems::internal(&error).into())
}
