//! The job that proves a backup: it is restored into a scratch database, which is compared with what was backed up.

use std::time::Instant;

use async_trait::async_trait;
use model::{
    BackupId, DatabaseName, DatabaseServerName, OperationKind, Problem, Step, Verification, VerificationState,
};
use serde::{Deserialize, Serialize};

use super::copy::{Comparison, Source};
use super::{boot, problems};
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::database_copies::{CopySpec, DatabaseCopies};
use crate::registry::BackupRecord;
use crate::{Error, Result};

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
        Proof { job, copies: &**copies, record: &record }.run().await
    }
}

/// The row of a backup that is complete.
pub(super) async fn complete<I>(job: &JobContext<I>, backup: BackupId) -> Result<BackupRecord> {
    let record = job.inner.registry.backup(backup).await?;
    let record = record.ok_or_else(|| Problem::not_found(format!("backup {backup}")))?;
    if record.seal.is_none() || record.backup.state != model::BackupState::Complete {
        return Err(problems::not_complete(&record.backup).into());
    }
    Ok(record)
}

struct Proof<'a> {
    job: &'a JobContext<VerifyInput>,
    copies: &'a dyn DatabaseCopies,
    record: &'a BackupRecord,
}

impl Proof<'_> {
    async fn run(&self) -> Result<()> {
        let begun = Instant::now();
        let owner = self.owner().await?;
        let mut restore_ms = self.job.input().restore_ms;
        let compared = self.compared(owner.clone(), &mut restore_ms).await;
        let name = DatabaseName::scratch(
            owner.map_or_else(|| self.record.backup.project_id.clone(), |owner| owner.project),
            self.job.operation().id,
        );
        let verification = match &compared {
            Ok(comparison) => Verification {
                state: state_of(comparison),
                restore_ms,
                duration_ms: Some(millis(begun)),
                compared: comparison.compared.clone(),
                differences: comparison.differences.clone(),
                at: None,
            },
            // the copy stays for the next attempt; once the job is over, the search for left-over copies removes it
            Err(error) if error.is_transient() => return compared.map(drop),
            Err(error) => failed(&error.problem()),
        };
        self.report(&verification).await?;
        self.job
            .step(if self.job.input().boot { 5 } else { 4 }, async {
                self.copies.remove_copy(&name).await?;
                Ok(None)
            })
            .await?;
        compared.and_then(|comparison| equal(&comparison))
    }

    async fn compared(
        &self,
        owner: Option<DatabaseName>,
        restore_ms: &mut Option<u64>,
    ) -> Result<Comparison> {
        let job = self.job;
        let source = Source::open(job, self.record).await?;
        job.step(1, async {
            source.check_other_parts(job).await?;
            Ok(Some(format!("{} parts", source.manifest.parts.len())))
        })
        .await?;
        let copy: CopySpec = source.copy(job.operation().id, owner);
        let begun = Instant::now();
        job.step(2, async {
            source.restore(job, self.copies, &copy).await?;
            *restore_ms = Some(millis(begun));
            job.remember(&serde_json::json!({ "restore_ms": restore_ms })).await?;
            Ok(Some(format!("in {:.1} s", begun.elapsed().as_secs_f32())))
        })
        .await?;
        let mut comparison = self.comparison(&source, &copy).await?;
        if job.input().boot && comparison.differences.is_empty() {
            let (server, copies) = (&job.input().database_server, self.copies);
            let on = boot::Copy { database_server: server, copies, source: &source, spec: &copy };
            let booting = async {
                let note = boot::on_copy(job, &on, boot::Schema::OfBackup).await?;
                comparison.compared.extend(note.clone());
                Ok(note)
            };
            job.step(4, Box::pin(booting)).await?;
        }
        Ok(comparison)
    }

    /// How the copy differs, as this or an earlier attempt has found it.
    async fn comparison(&self, source: &Source, copy: &CopySpec) -> Result<Comparison> {
        let job = self.job;
        let mut comparison = None;
        let comparing = async {
            let found = source.compare(job, self.copies, copy).await?;
            if found.differences.is_empty() {
                job.remember(&serde_json::json!({ "equal": found.compared })).await?;
            }
            let note = found.compared.join(", ");
            comparison = Some(found);
            Ok(Some(note))
        };
        job.step(3, comparing).await?;
        match (comparison, job.input().equal.clone()) {
            (Some(comparison), _) => Ok(comparison),
            // done by an attempt that was interrupted afterwards
            (None, Some(compared)) => Ok(Comparison { compared, differences: Vec::new() }),
            (None, None) => source.compare(job, self.copies, copy).await,
        }
    }

    /// The project's role owns what is restored; of a deleted project the copy's own role does.
    async fn owner(&self) -> Result<Option<DatabaseName>> {
        let id = &self.record.backup.project_id;
        let exists = self.job.inner.registry.has_project(id).await?;
        Ok(exists.then(|| DatabaseName::main(id.clone())))
    }

    async fn report(&self, verification: &Verification) -> Result<()> {
        let reports = self.job.inner.registry.reports(self.job.inner.term);
        Ok(reports.backup_verified(self.record.backup.id, verification).await?)
    }
}

fn state_of(comparison: &Comparison) -> VerificationState {
    if comparison.differences.is_empty() { VerificationState::Verified } else { VerificationState::Failed }
}

/// Fails where the copy differs.
pub(super) fn equal(comparison: &Comparison) -> Result<()> {
    if comparison.differences.is_empty() {
        return Ok(());
    }
    Err(Error::from(problems::copy_differs(&comparison.differences)))
}

fn failed(problem: &Problem) -> Verification {
    Verification {
        state: VerificationState::Failed,
        differences: vec![format!("{}: {}", problem.title, problem.detail)],
        ..Verification::default()
    }
}

fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
