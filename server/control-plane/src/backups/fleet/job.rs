//! The job that takes a backup of the control plane and proves it.

use async_trait::async_trait;
use model::{BackupId, BackupKind, ByteSize, DatabaseServerName, OperationKind, Problem, Step};
use serde::{Deserialize, Serialize};

use super::take;
use crate::Result;
use crate::backups::proof::{Known, Proof};
use crate::backups::{archive, problems};
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::archive_store::ArchiveName;
use crate::registry::CompleteFleetBackup;

/// The job.
pub(crate) struct FleetBackupJob;

/// What it works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FleetBackupInput {
    /// The id of the backup, which is listed as running already.
    pub(crate) backup: BackupId,
    /// Why it is taken.
    pub(crate) kind: BackupKind,
}

#[async_trait]
impl Job for FleetBackupJob {
    const KIND: OperationKind = OperationKind::FleetBackup;
    const AT_ONCE: usize = 1;
    type Input = FleetBackupInput;

    fn steps(_input: &FleetBackupInput) -> Vec<Step> {
        vec![
            Step::WriteArchive,
            Step::RecordBackup,
            Step::CheckArchive,
            Step::RestoreCopy,
            Step::CompareCopy,
            Step::RemoveCopy,
        ]
    }

    fn resume(_input: &FleetBackupInput) -> Resume {
        Resume::Resume
    }

    fn database_server(_input: &FleetBackupInput) -> Option<DatabaseServerName> {
        Some(DatabaseServerName::default())
    }

    async fn run(&self, job: &JobContext<FleetBackupInput>) -> Result<()> {
        let FleetBackupInput { backup, kind } = *job.input();
        let name = ArchiveName { project: None, backup };
        let written = write(job, &name, kind).await;
        if let Err(error) = &written
            && !error.is_transient()
        {
            job.inner.registry.reports(job.inner.term).fleet_backup_failed(backup, &error.problem()).await?;
        }
        written?;
        prove(job, name).await
    }
}

async fn write(job: &JobContext<FleetBackupInput>, name: &ArchiveName, kind: BackupKind) -> Result<()> {
    job.step(1, async {
        // complete, but not reported: the control plane ended in between, or was recovered from this very archive
        if job.ports().archives.parts(name).await?.is_some() {
            return Ok(None);
        }
        let manifest = take::take(job, name.backup, kind).await?;
        let size = ByteSize::new(manifest.stored_bytes());
        Ok(Some(format!("{size} in the archive, {} tables with {} rows", manifest.tables, manifest.rows)))
    })
    .await?;
    job.step(2, record(job, name)).await
}

/// Reads seal and manifest back from the store: what is listed is what is there.
async fn record(job: &JobContext<FleetBackupInput>, name: &ArchiveName) -> Result<Option<String>> {
    let (seal, manifest) = archive::open(&*job.ports().archives, name, None).await?;
    let json = serde_json::to_value(&manifest).map_err(|error| problems::internal(&error))?;
    let complete = CompleteFleetBackup {
        taken_at: manifest.taken_at,
        stored: ByteSize::new(manifest.stored_bytes()),
        rows: manifest.rows,
        manifest: &json,
        seal: &seal.sha256(),
    };
    job.inner.registry.reports(job.inner.term).fleet_backup_complete(name.backup, &complete).await?;
    let key = manifest.fleet.and_then(|fleet| fleet.recovery_key);
    Ok(Some(match key {
        Some(fingerprint) => format!("sealed to the recovery key {fingerprint}"),
        None => "without secrets: there is no recovery key".to_owned(),
    }))
}

async fn prove(job: &JobContext<FleetBackupInput>, archive: ArchiveName) -> Result<()> {
    let backup = archive.backup;
    let record = job.inner.registry.fleet_backup(backup).await?;
    let record = record.ok_or_else(|| Problem::not_found(format!("backup {backup} of the control plane")))?;
    let copies = &job.ports().postgres.of(DatabaseServerName::default().as_str())?.copies;
    let seal = record.seal.as_deref();
    let known = Known::default();
    let proof = Proof { job, copies: &**copies, archive, seal, owner: None, first: 3, known, boot_on: None };
    let proved = proof.run().await;
    if let Some(verification) = &proved.verification {
        job.inner.registry.reports(job.inner.term).fleet_backup_verified(backup, verification).await?;
        proof.remove_copy().await?;
    }
    proved.outcome()
}
