//! Writes an archive of what a project's database was at a time: the first steps of a restore to a time.
//!
//! A base backup is copied into a private folder, a server of its own replays the log there until the time, and the one database is
//! dumped like any other. Everything after that is an ordinary restore. The private server is a program of the job, so it ends with
//! it; its folder is removed with the last of these steps, or by the search for what operations left behind.

use std::time::{Duration, Instant};

use model::{BackupKind, ByteSize, Progress, ProgressUnit, Step};
use time::OffsetDateTime;

use super::create::{list_complete, project};
use super::moment::second;
use super::restore_input::RestoreInput;
use super::take::{self, Taking};
use super::{policies, problems, programs};
use crate::jobs::{JobContext, Program};
use crate::ports::archive_store::ArchiveName;
use crate::ports::wal_archive::{Replay, SideCluster};
use crate::registry::ProjectRecord;
use crate::{Error, Result};

/// Its steps, the first of the job.
pub(super) const STEPS: [Step; 3] = [Step::RecoverServer, Step::WriteArchive, Step::RecordBackup];

/// Between two looks at the private server.
const LOOK: Duration = Duration::from_millis(50);
/// A replay that makes no progress for so long is given up.
const STALLED: Duration = Duration::from_secs(600);
/// How long the private server may take to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(60);
/// What Postgres says where nothing was committed after the time.
const NOTHING_LATER: &str = "recovery ended before configured recovery target was reached";

/// Writes and lists the archive of the input's backup.
pub(super) async fn write_archive(job: &JobContext<RestoreInput>, at: OffsetDateTime) -> Result<()> {
    let record = project(job).await?;
    let name = ArchiveName { project: Some(record.project.id.clone()), backup: job.input().backup };
    let outcome = Box::pin(steps(job, at, &record, &name)).await;
    if let Err(error) = &outcome
        && !error.is_transient()
    {
        let reports = job.inner.registry.reports(job.inner.term);
        reports.backup_failed(name.backup, &error.problem()).await?;
    }
    outcome
}

async fn steps(
    job: &JobContext<RestoreInput>,
    at: OffsetDateTime,
    record: &ProjectRecord,
    name: &ArchiveName,
) -> Result<()> {
    job.step(1, async {
        let begun = Instant::now();
        let side = side(job, at).await?;
        recover(job, &*side).await?;
        Ok(Some(format!("{}, in {:.1} s", second(at), begun.elapsed().as_secs_f32())))
    })
    .await?;
    job.step(2, async {
        // complete, but not reported: the control plane ended in between
        if job.ports().archives.parts(name).await?.is_some() {
            return Ok(None);
        }
        Box::pin(dump(job, at, record)).await
    })
    .await?;
    job.step(3, async {
        list_complete(job, record, name, false).await?;
        if let Ok(side) = side(job, at).await {
            side.remove().await?;
        }
        Ok(None)
    })
    .await
}

async fn side(job: &JobContext<RestoreInput>, at: OffsetDateTime) -> Result<Box<dyn SideCluster>> {
    let server = job.input().database_server.as_str();
    let archive = job.ports().wal_archives.of(server).ok_or_else(|| problems::not_archived(server))?;
    Ok(archive.side_cluster(job.operation().id, at).await?)
}

/// Brings the private server to the time and stops it. Does nothing where an earlier attempt has.
async fn recover(job: &JobContext<RestoreInput>, side: &dyn SideCluster) -> Result<()> {
    if side.is_recovered() {
        return Ok(());
    }
    side.prepare().await?;
    job.progress(note("copying the base backup"));
    programs::run(job, "cp", side.copy(), || None).await?;
    for replay in [Replay::Time, Replay::Everything] {
        side.configure(Some(replay)).await?;
        match started(job, side).await? {
            Ok(server) => {
                stop(job, side, server).await?;
                return Ok(side.recovered().await?);
            }
            Err(log) if replay == Replay::Time && log.contains(NOTHING_LATER) => {}
            Err(log) => return Err(problems::not_recovered(&log).into()),
        }
    }
    Err(problems::not_recovered(&side.log()).into())
}

/// Starts the private server and waits until it accepts connections. The inner error is its log, where it ended by itself.
async fn started(
    job: &JobContext<RestoreInput>,
    side: &dyn SideCluster,
) -> Result<std::result::Result<Program, String>> {
    let mut server = job.start(side.start().await?).await?;
    let (mut last, mut moved) = (None, Instant::now());
    loop {
        if side.is_ready() {
            return Ok(Ok(server));
        }
        tokio::select! {
            status = server.child.wait() => {
                let _ = status;
                server.end().await?;
                return Ok(Err(side.log()));
            }
            () = tokio::time::sleep(LOOK) => {}
            () = job.interrupted().cancelled() => {
                server.end().await?;
                return Err(Error::Interrupted);
            }
        }
        let progress = side.progress();
        if progress != last {
            (last, moved) = (progress, Instant::now());
            if let Some(progress) = progress {
                job.progress(replayed(progress));
            }
        }
        if moved.elapsed() > STALLED {
            server.end().await?;
            return Err(problems::not_recovered("it made no progress for 10 minutes.").into());
        }
    }
}

fn replayed((done, total): (u64, u64)) -> Progress {
    let note = Some("replaying the write-ahead log".to_owned());
    Progress { unit: ProgressUnit::Bytes, done, total: Some(total), note }
}

fn note(text: &str) -> Progress {
    Progress { unit: ProgressUnit::Bytes, done: 0, total: None, note: Some(text.to_owned()) }
}

/// Stops the private server with its sessions.
async fn stop(job: &JobContext<RestoreInput>, side: &dyn SideCluster, mut server: Program) -> Result<()> {
    side.stop();
    let ended = tokio::time::timeout(STOPS_WITHIN, server.child.wait()).await;
    if ended.is_err() {
        tracing::warn!(operation.id = %job.operation().id, "a private server does not stop and is killed");
    }
    server.end().await
}

/// Dumps the project's database from the recovered server.
async fn dump(
    job: &JobContext<RestoreInput>,
    at: OffsetDateTime,
    record: &ProjectRecord,
) -> Result<Option<String>> {
    let side = side(job, at).await?;
    recover(job, &*side).await?; // its folder may have been removed by a restart of the machine
    side.configure(None).await?;
    let server = started(job, &*side).await?.map_err(|log| problems::not_recovered(&log))?;
    let digests = policies::policy_of(&job.inner, &record.project.id).await?.digests;
    let taking = Taking { backup: job.input().backup, kind: BackupKind::PointInTime, digests, verify: false };
    let taken = take::take_of_past(job, record, taking, (&*side.copies(), at)).await;
    stop(job, &*side, server).await?;
    let manifest = taken?;
    let stored = ByteSize::new(manifest.stored_bytes());
    Ok(Some(format!("{stored} in the archive, {} tables with {} rows", manifest.tables, manifest.rows)))
}
