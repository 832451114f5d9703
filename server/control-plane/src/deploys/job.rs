//! The job that deploys.
//!
//! Until the step *Take it into use*, nothing of the project is changed, and the project runs. From then on the job either ends with
//! the new version verified, or gives the project the former one again. What failed is remembered before that, so a job that
//! is continued after a crash does not take the former version for the new one.

use async_trait::async_trait;
use model::{BackupKind, DatabaseServerName, OperationKind, Step};
use serde_json::json;

use super::input::DeployInput;
use super::rehearsal::Rehearsing;
use super::version::schema_file;
use super::{change, preflight, problems, proof};
use crate::backups::create::{project, write_and_record};
use crate::backups::exchange::in_maintenance;
use crate::backups::policies::policy_of;
use crate::backups::take::Taking;
use crate::jobs::{Job, JobContext, Resume};
use crate::registry::ProjectRecord;
use crate::{Error, Result};

/// The job.
pub(crate) struct SchemaUpdate;

const BACKUP: [Step; 2] = [Step::WriteArchive, Step::RecordBackup];
const REHEARSAL: [Step; 4] = [Step::RestoreCopy, Step::CompareCopy, Step::BootCopy, Step::RemoveCopy];

#[async_trait]
impl Job for SchemaUpdate {
    const KIND: OperationKind = OperationKind::SchemaUpdate;
    const AT_ONCE: usize = 2;
    type Input = DeployInput;

    fn steps(input: &DeployInput) -> Vec<Step> {
        let mut steps = Vec::new();
        steps.extend(input.backup.map(|_| BACKUP).into_iter().flatten());
        steps.extend(input.rehearse_on.map(|_| REHEARSAL).into_iter().flatten());
        steps.push(Step::CheckSchema);
        if !input.free.is_empty() {
            steps.push(Step::FreeColumns);
        }
        steps.extend([Step::UpdateProject, Step::AwaitReady, Step::VerifySchema]);
        steps
    }

    fn resume(_input: &DeployInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &DeployInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<DeployInput>) -> Result<()> {
        let record = project(job).await?;
        let problem = match job.remembered().await?.failed {
            Some(problem) => problem,
            None => match Box::pin(forward(job, &record)).await {
                Err(error) if is_final(&error) && has_begun(job).await? => error.problem(),
                ended => return ended,
            },
        };
        job.remember(&json!({ "failed": problem })).await?;
        Err(change::take_back(job, &problem).await?.into())
    }
}

/// Whether another attempt would not help.
fn is_final(error: &Error) -> bool {
    !error.is_transient() && !matches!(error, Error::Interrupted)
}

/// Whether the row of the project names the new version, or did.
async fn has_begun(job: &JobContext<DeployInput>) -> Result<bool> {
    let deploy = job.inner.registry.deploy(job.input().deploy).await?;
    Ok(deploy.is_some_and(|deploy| deploy.changed_at.is_some()))
}

async fn forward(job: &JobContext<DeployInput>, record: &ProjectRecord) -> Result<()> {
    let input = job.input();
    let mut at = 1;
    if input.pause && !has_begun(job).await? {
        in_maintenance(job).await?;
    }
    if let Some(backup) = input.backup {
        let policy = policy_of(&job.inner, &record.project.id).await?;
        let verify = input.rehearse_on.is_none(); // the rehearsal proves it
        let taking = Taking { backup, kind: BackupKind::PreDeploy, digests: policy.digests, verify };
        write_and_record(job, (at, at + 1), taking).await?;
        at += 2;
    }
    if let Some(backup) = input.rehearse_on {
        let file = schema_file(job).await?;
        Box::pin(Rehearsing { job, record, file: &file, at, backup }.run()).await?;
        at += 4;
    }
    job.step(at, Box::pin(check_again(job, record))).await?;
    at += 1;
    if !input.free.is_empty() {
        job.step(at, Box::pin(change::free_columns(job, record))).await?;
        at += 1;
    }
    job.step(at, Box::pin(change::begin(job))).await?;
    job.step(at + 1, change::done(job)).await?;
    job.step(at + 2, Box::pin(proof::verify(job))).await
}

/// Repeats the preflight: rows may have come since the request that the new version refuses. What was shown then was accepted.
async fn check_again(job: &JobContext<DeployInput>, record: &ProjectRecord) -> Result<Option<String>> {
    let (inner, input) = (&job.inner, job.input());
    let deploy = inner.registry.deploy(input.deploy).await?;
    let shown = deploy.map(|deploy| deploy.preflight);
    let file = schema_file(job).await?;
    let now = preflight::preflight(inner, record, (&input.to.schema_ref, &file)).await?;
    let worse = now.worse_than(shown.as_ref());
    if !worse.is_empty() {
        return Err(problems::got_worse(&worse).into());
    }
    inner.registry.reports(inner.term).deploy_preflight(input.deploy, &now).await?;
    let count = now.findings.len();
    Ok(Some(format!("{count} {}", if count == 1 { "finding" } else { "findings" })))
}
