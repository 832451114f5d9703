//! The job that takes a base backup of a database server, from which restores to a time start.

use async_trait::async_trait;
use model::{Actor, DatabaseServerName, OperationKind, Progress, ProgressUnit, Step, SystemEvent};
use serde::{Deserialize, Serialize};

use super::{problems, programs};
use crate::jobs::{self, Job, JobContext, Request, Resume};
use crate::ports::wal_archive::BaseBackup;
use crate::registry::Event;
use crate::{Inner, OpContext, Result};

/// The job.
pub(crate) struct BaseBackupJob;

/// What it works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BaseInput {
    /// The server that is copied.
    pub(crate) database_server: DatabaseServerName,
}

#[async_trait]
impl Job for BaseBackupJob {
    const KIND: OperationKind = OperationKind::BaseBackup;
    const AT_ONCE: usize = 1;
    type Input = BaseInput;

    fn steps(_input: &BaseInput) -> Vec<Step> {
        vec![Step::CopyBase, Step::VerifyBase]
    }

    fn resume(_input: &BaseInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &BaseInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<BaseInput>) -> Result<()> {
        let server = &job.input().database_server;
        let archive = job.ports().wal_archives.of(server.as_str());
        let archive = archive.ok_or_else(|| problems::not_archived(server.as_str()))?;
        let base = archive.begin_base(job.operation().id).await?;
        job.step(1, copy(job, &*base)).await?;
        job.step(2, verify(job, &*base)).await
    }
}

async fn copy(job: &JobContext<BaseInput>, base: &dyn BaseBackup) -> Result<Option<String>> {
    base.prepare().await?;
    let told = || {
        let (done, total) = base.progress();
        let note = Some("copying the files of the server".to_owned());
        Some(Progress {
            unit: ProgressUnit::Bytes,
            done,
            total: Some(total).filter(|total| *total > 0),
            note,
        })
    };
    programs::run(job, "pg_basebackup", base.copy(), told).await?;
    Ok(None)
}

async fn verify(job: &JobContext<BaseInput>, base: &dyn BaseBackup) -> Result<Option<String>> {
    programs::run(job, "pg_verifybackup", base.verify(), || None).await?;
    let bytes = base.complete().await?;
    Ok(Some(format!("{} verified", model::ByteSize::new(bytes))))
}

/// Opens the base backup of a server, unless one is open, or one failed in the last minutes.
pub(crate) async fn open(inner: &Inner, server: &DatabaseServerName) -> Result<()> {
    let op = OpContext::platform(Actor::Schedule);
    let mut change = inner.registry.change(&op).await?;
    if change.has_recent_base_backup(server).await? {
        return Ok(());
    }
    let input = BaseInput { database_server: server.clone() };
    let request = Request { project: None, input: &input, key: None };
    let operation = jobs::open::<BaseBackupJob>(&mut change, &request).await?;
    let detail = serde_json::json!({"database_server": server, "operation": operation.id});
    change.commit(Event { project: None, action: SystemEvent::BaseBackup.into(), detail }).await?;
    Ok(())
}
