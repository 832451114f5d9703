//! The job that proves a backup: it is restored into a scratch database, which is compared with what was backed up.

use async_trait::async_trait;
use model::{BackupId, DatabaseName, DatabaseServerName, OperationKind, Problem, Step};
use serde::{Deserialize, Serialize};

use super::problems;
use super::proof::{Known, Proof};
use crate::Result;
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::DatabaseCopies;
use crate::registry::BackupRecord;

/// The job.
pub(crate) struct BackupVerification;

/// What it works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct VerifyInput {
    /// The backup.
    pub(crate) backup: BackupId,
    /// The server that the scratch database is made on.
    pub(crate) database_server: DatabaseServerName,
    /// Whether the project's server is started on the scratch database.
    #[serde(default)]
    pub(crate) boot: bool,
    /// What an earlier attempt has compared and found equal. The server may have changed the copy since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) equal: Option<Vec<String>>,
    /// How long the restore took in an earlier attempt, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restore_ms: Option<u64>,
}

impl VerifyInput {
    /// The verification of a backup on this server.
    pub(crate) const fn new(backup: BackupId, database_server: DatabaseServerName, boot: bool) -> Self {
        Self { backup, database_server, boot, equal: None, restore_ms: None }
    }
}

#[async_trait]
impl Job for BackupVerification {
    const KIND: OperationKind = OperationKind::BackupVerify;
    const AT_ONCE: usize = 1;
    type Input = VerifyInput;

    fn steps(input: &VerifyInput) -> Vec<Step> {
        let mut steps = vec![Step::CheckArchive, Step::RestoreCopy, Step::CompareCopy];
        steps.extend(input.boot.then_some(Step::BootCopy));
        steps.push(Step::RemoveCopy);
        steps
    }

    fn resume(_input: &VerifyInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &VerifyInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<VerifyInput>) -> Result<()> {
        let input = job.input();
        let record = complete(job, input.backup).await?;
        let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
        let known = Known { equal: input.equal.clone(), restore_ms: input.restore_ms };
        let boot_on = input.boot.then_some(&input.database_server);
        let proof = Proof { known, boot_on, ..proof_of(job, &**copies, &record, 1).await? };
        reported(&proof, input.backup).await
    }
}

/// The row of a backup that is complete.
pub(crate) async fn complete<I>(job: &JobContext<I>, backup: BackupId) -> Result<BackupRecord> {
    let record = job.inner.registry.backup(backup).await?;
    let record = record.ok_or_else(|| Problem::not_found(format!("backup {backup}")))?;
    if record.seal.is_none() || record.backup.state != model::BackupState::Complete {
        return Err(problems::not_complete(&record.backup).into());
    }
    Ok(record)
}

/// The proof of a backup, whose first step has this place.
pub(super) async fn proof_of<'a, I>(
    job: &'a JobContext<I>,
    copies: &'a dyn DatabaseCopies,
    record: &'a BackupRecord,
    first: i32,
) -> Result<Proof<'a, I>> {
    let id = &record.backup.project_id;
    // the project's role owns what is restored; of a deleted project the copy's own role does
    let exists = job.inner.registry.has_project(id).await?;
    Ok(Proof {
        job,
        copies,
        archive: ArchiveName { project: Some(id.clone()), backup: record.backup.id },
        seal: record.seal.as_deref(),
        owner: exists.then(|| DatabaseName::main(id.clone())),
        first,
        known: Known::default(),
        boot_on: None,
    })
}

/// Proves a backup and reports the result. Fails where the copy differs from the backup.
pub(super) async fn reported<I: Send + Sync>(proof: &Proof<'_, I>, backup: BackupId) -> Result<()> {
    let (inner, proved) = (&proof.job.inner, Box::pin(proof.run()).await);
    if let Some(verification) = &proved.verification {
        inner.registry.reports(inner.term).backup_verified(backup, verification).await?;
        proof.remove_copy().await?;
    }
    proved.outcome()
}
