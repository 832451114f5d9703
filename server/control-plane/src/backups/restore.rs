//! The job that gives a project the data of a backup.
//!
//! The dump is loaded into a copy beside the project's database, and compared, while the project runs. Only then it is put into
//! maintenance and the two databases exchange names. The former one is set aside, so that the restore can be undone. Databases are
//! identified by their OIDs, which the job remembers before the exchange: after a kill at any place the next attempt finds out by
//! them how far it came.

use std::path::PathBuf;

use async_trait::async_trait;
use model::{
    BackupKind, CommitSha, DatabaseName, DatabaseServerName, OperationKind, SchemaRef, Step, SystemEvent,
    Verification, VerificationState,
};

use super::archive::{self, PartRole};
use super::copy::{Comparison, Source};
use super::create::{project, write_and_record};
use super::exchange::Exchange;
use super::moment::{minute, second};
use super::policies::policy_of;
use super::proof::equal;
use super::restore_input::RestoreInput;
use super::take::Taking;
use super::verify::complete;
use super::{boot, exchange, media, problems, recovery};
use crate::Result;
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::database_copies::{CopySpec, DatabaseCopies};
use crate::registry::{Event, ProjectRecord, TakenVersion};
use crate::schema_volumes;

/// The job.
pub(crate) struct BackupRestore;

#[async_trait]
impl Job for BackupRestore {
    const KIND: OperationKind = OperationKind::BackupRestore;
    const AT_ONCE: usize = 2;
    type Input = RestoreInput;

    fn steps(input: &RestoreInput) -> Vec<Step> {
        let past: &[Step] = if input.at.is_some() { &recovery::STEPS } else { &[] };
        let first: &[Step] =
            if input.first.is_some() { &[Step::WriteArchive, Step::RecordBackup] } else { &[] };
        let rehearsal: &[Step] = if input.with_schema { &[] } else { &[Step::BootCopy] };
        let copy = [Step::CheckArchive, Step::RestoreCopy, Step::CompareCopy];
        let then = [
            Step::RestoreMedia,
            Step::StopInstance,
            Step::SwapDatabase,
            Step::UpdateProject,
            Step::AwaitReady,
        ];
        let (copy, rehearsal) = (copy.iter(), rehearsal.iter());
        past.iter().chain(first).chain(copy).chain(rehearsal).copied().chain(then).collect()
    }

    fn resume(_input: &RestoreInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &RestoreInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<RestoreInput>) -> Result<()> {
        let input = job.input();
        let mut places = 1;
        if let Some(at) = input.at {
            Box::pin(recovery::write_archive(job, at)).await?;
            places += i32::try_from(recovery::STEPS.len()).unwrap_or_default();
        }
        if let Some(first) = input.first {
            let policy = policy_of(&job.inner, &project(job).await?.project.id).await?;
            let (kind, digests) = (BackupKind::PreRestore, policy.digests);
            let taking = Taking { backup: first, kind, digests, verify: true };
            write_and_record(job, (places, places + 1), taking).await?;
            places += 2;
        }
        let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
        let record = project(job).await?;
        let backup = complete(job, input.backup).await?;
        let source = Source::of_backup(job, &backup).await?;
        let restore = Restore { job, copies: &**copies, source, record, places };
        let outcome = Box::pin(restore.run()).await;
        if let Err(error) = &outcome
            && !error.is_transient()
        {
            restore.give_up().await;
        }
        outcome
    }
}

struct Restore<'a> {
    job: &'a JobContext<RestoreInput>,
    copies: &'a dyn DatabaseCopies,
    source: Source,
    record: ProjectRecord,
    /// The place of the first step of the restore itself.
    places: i32,
}

impl Restore<'_> {
    fn database(&self) -> DatabaseName {
        DatabaseName::main(self.record.project.id.clone())
    }

    async fn run(&self) -> Result<()> {
        let (job, at) = (self.job, self.places);
        job.step(at, async {
            self.source.check_other_parts(job).await?;
            Ok(Some(format!("{} parts", self.source.manifest.parts.len())))
        })
        .await?;
        let copy = self.source.copy(job, Some(self.database()))?;
        job.step(at + 1, async {
            let oid = self.source.restore(job, self.copies, &copy).await?;
            job.remember(&serde_json::json!({ "copy": oid })).await?;
            Ok(None)
        })
        .await?;
        job.step(at + 2, async {
            let comparison = self.source.compare(job, self.copies, &copy).await?;
            equal(&comparison)?;
            self.record_proof(&comparison).await?;
            Ok(Some(comparison.compared.join(", ")))
        })
        .await?;
        let mut at = at + 3;
        if !job.input().with_schema {
            job.step(at, Box::pin(self.rehearse(&copy))).await?;
            at += 1;
        }
        let folder = media::folder(job.ports(), &self.record.project.id);
        let into = folder.map(|folder| media::restored(&folder, job.operation().id));
        job.step(at, unpack_media(job, &self.source, into)).await?;
        job.step(at + 1, exchange::stop(job, self.copies)).await?;
        job.step(at + 2, async { self.exchange().await?.swap(job, self.copies).await }).await?;
        job.step(at + 3, Box::pin(self.take_into_use())).await?;
        job.step(at + 4, exchange::started(job)).await
    }

    /// Starts the server with the present schema file on the copy, which it migrates as it would after the exchange.
    async fn rehearse(&self, copy: &CopySpec) -> Result<Option<String>> {
        let (server, copies) = (&self.job.input().database_server, self.copies);
        let on = boot::Copy { database_server: server, copies, source: &self.source, spec: copy };
        let note = boot::on_copy(self.job, &on, boot::Schema::Present).await?.map(|booted| booted.note());
        copies.finish_copy(copy).await?;
        Ok(note)
    }

    /// The archive that this job itself has made is proved by it.
    async fn record_proof(&self, comparison: &Comparison) -> Result<()> {
        let input = self.job.input();
        if input.at.is_none() {
            return Ok(());
        }
        let verification = Verification {
            state: VerificationState::Verified,
            compared: comparison.compared.clone(),
            ..Verification::default()
        };
        let reports = self.job.inner.registry.reports(self.job.inner.term);
        Ok(reports.backup_verified(input.backup, &verification).await?)
    }

    /// The two databases, as this or an earlier attempt remembers them.
    async fn exchange(&self) -> Result<Exchange> {
        let (job, id) = (self.job, &self.record.project.id);
        let input: RestoreInput = job.remembered().await?;
        let Some(next) = input.copy.filter(|_| input.former.is_some() || input.lost) else {
            return Err(problems::database_not_seen(id).into());
        };
        let media = media::folder(job.ports(), id).map(|folder| media::restored(&folder, job.operation().id));
        Ok(Exchange { project: id.clone(), former: input.former, next, media })
    }

    async fn take_into_use(&self) -> Result<Option<String>> {
        let (job, manifest) = (self.job, &self.source.manifest);
        let input = job.input();
        let schema = manifest.schema.as_ref().filter(|_| input.with_schema);
        let version = match (&input.version, schema) {
            (Some(version), _) => TakenVersion::Version(version),
            (None, Some(schema)) => TakenVersion::Schema(schema),
            (None, None) => TakenVersion::Present,
        };
        if let Some(schema) = schema.filter(|schema| schema.is_volume()) {
            schema_volumes::refuse_in_production(self.record.project.class, schema)?;
            let file = boot::schema_file(job, &self.source).await?;
            schema_volumes::write(&job.inner, &self.record, schema, &file).await?;
        }
        let detail = serde_json::json!({
            "backup": manifest.backup, "taken_at": minute(manifest.taken_at), "operation": job.operation().id,
            "commit": schema.map(SchemaRef::commit).map(CommitSha::as_str), "rows": manifest.rows,
            "at": input.at.map(second), "release": input.version.as_ref().map(|version| &version.release),
        });
        let event =
            Event { project: Some(&self.record.project.id), action: SystemEvent::Restored.into(), detail };
        self.exchange().await?.take_into_use(job, &input.database_server, version, event).await
    }

    /// Leaves the project as it was: its own database open, the copy gone. What fails here is made good when the instance is started
    /// and by the search for left-over copies.
    async fn give_up(&self) {
        let folder = media::folder(self.job.ports(), &self.record.project.id);
        let operation = self.job.operation().id;
        if let Some(folder) = folder {
            let restored = media::restored(&folder, operation);
            let _ = tokio::task::spawn_blocking(move || media::remove(&restored)).await;
        }
        let copy = DatabaseName::scratch(self.record.project.id.clone(), operation);
        for failed in [self.copies.reopen(&self.database()).await, self.copies.remove_copy(&copy).await] {
            if let Err(error) = failed {
                tracing::warn!(operation.id = %operation, error = %crate::chain(&error), "giving up a restore");
            }
        }
    }
}

/// Unpacks the uploads of a backup into this folder; nothing where uploads are no folder of this machine.
pub(super) async fn unpack_media<I: Send + Sync>(
    job: &JobContext<I>,
    source: &Source,
    into: Option<PathBuf>,
) -> Result<Option<String>> {
    let (Some(part), Some(into)) = (source.manifest.part(PartRole::Media), into) else { return Ok(None) };
    let keys = &job.inner.settings.backup_keys;
    let unpack = move |stream: &mut dyn std::io::Read| media::unpack(stream, &into);
    archive::read_part(&*job.ports().archives, &source.name, part, keys, unpack, &|_| ()).await?;
    Ok(None)
}
