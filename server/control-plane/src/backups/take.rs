//! Takes a backup: one snapshot of the database, read by the dump and by what it is compared with, and the uploads of that moment.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{BackupId, BackupKind, DatabaseName, InstanceKey, Progress, ProgressUnit};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tokio_util::io::SyncIoBridge;

use super::archive::{ArchiveBuilder, FORMAT, Manifest, PartRole, Produced};
use super::{media, problems, programs};
use crate::Result;
use crate::jobs::JobContext;
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::{DatabaseContents, DatabaseSnapshot};
use crate::ports::driver::{FileDelivery, SchemaFiles};
use crate::registry::ProjectRecord;

/// What is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taking {
    /// The id of the backup.
    pub(super) backup: BackupId,
    /// Why it is taken.
    pub(super) kind: BackupKind,
    /// Whether the content of every table is digested.
    pub(super) digests: bool,
    /// Whether the verification is requested afterwards.
    pub(super) verify: bool,
}

/// Writes the archive of a project. On an error nothing is visible in the store.
pub(super) async fn take<I: Send + Sync>(
    job: &JobContext<I>,
    record: &ProjectRecord,
    taking: Taking,
) -> Result<Manifest> {
    let project = &record.project;
    let copies = &job.ports().postgres.of(&project.database_server)?.copies;
    let database = DatabaseName::main(project.id.clone());
    let snapshot = copies.snapshot(&database, record.database_oid).await?;
    let taken_at = OffsetDateTime::now_utc();
    let uploads = link_uploads(job, record).await?;
    let name = ArchiveName { project: Some(project.id.clone()), backup: taking.backup };
    let recipients =
        job.inner.settings.backup_keys.parse().map_err(|error| problems::no_recipient(&error))?;
    let archives = Arc::clone(&job.ports().archives);
    let builder = ArchiveBuilder::begin(&*archives, &name, recipients).await?;
    let work = Work { job, record, taking, taken_at, uploads: uploads.clone() };
    let taken = work.write(builder, snapshot).await;
    if let Some(uploads) = uploads {
        let _ = tokio::task::spawn_blocking(move || media::remove(&uploads)).await;
    }
    taken
}

/// The uploads as they are now; `None` if there are none.
async fn link_uploads<I: Send + Sync>(
    job: &JobContext<I>,
    record: &ProjectRecord,
) -> Result<Option<PathBuf>> {
    let Some(folder) = media::folder(job.ports(), &record.project.id) else { return Ok(None) };
    let linked = tokio::task::spawn_blocking(move || media::link(&folder)).await;
    let linked = linked.map_err(|error| problems::thread(&error))?;
    Ok(linked.map_err(|error| problems::reading("media.tar", &error))?)
}

struct Work<'a, I> {
    job: &'a JobContext<I>,
    record: &'a ProjectRecord,
    taking: Taking,
    taken_at: OffsetDateTime,
    uploads: Option<PathBuf>,
}

impl<I: Send + Sync> Work<'_, I> {
    async fn write(
        &self,
        mut builder: ArchiveBuilder,
        mut snapshot: Box<dyn DatabaseSnapshot>,
    ) -> Result<Manifest> {
        match self.parts(&mut builder, &mut *snapshot).await {
            Ok(contents) => {
                drop(snapshot); // no longer keeps dead rows on the server
                let manifest = self.manifest(&builder, &contents.0, contents.1);
                builder.complete(&manifest).await?;
                Ok(manifest)
            }
            Err(error) => {
                if let Err(left) = builder.abort().await {
                    tracing::warn!(error = %crate::chain(&left), "removing an incomplete archive");
                }
                Err(error)
            }
        }
    }

    /// The dump and what it is compared with are read side by side; the rest follows.
    async fn parts(
        &self,
        builder: &mut ArchiveBuilder,
        snapshot: &mut dyn DatabaseSnapshot,
    ) -> Result<(DatabaseContents, crate::ports::database_copies::DatabaseFacts)> {
        let facts = snapshot.facts().clone();
        if facts.large_objects > 0 {
            return Err(problems::large_objects(facts.large_objects).into());
        }
        let counter = DumpProgress::new(facts.bytes);
        let mut dump = self.job.start(snapshot.dump().await?).await?;
        let (source, errors) = programs::output_of(&mut dump);
        let produced = counter.clone().counted(source);
        let digests = self.taking.digests;
        let stored = |_| self.job.progress(counter.progress());
        let tables = |name: &str, number: usize, all: usize| counter.table(name, number, all);
        let (written, status, contents) = tokio::join!(
            builder.part(PartRole::Database, produced, &stored),
            self.job.wait(dump),
            snapshot.contents(digests, &tables),
        );
        let status = status?;
        let mut contents = contents?; // a snapshot that ended is the cause of what pg_dump says
        programs::succeeded("pg_dump", status, errors).await?;
        written?;
        let later = snapshot.sequences().await?;
        for (sequence, later) in contents.sequences.iter_mut().zip(later) {
            sequence.moved_to = later.last_value;
        }
        self.job.check()?;
        self.smaller_parts(builder, &contents).await?;
        Ok((contents, facts))
    }

    async fn smaller_parts(&self, builder: &mut ArchiveBuilder, contents: &DatabaseContents) -> Result<()> {
        let note = |what: &'static str| {
            move |bytes| {
                self.job.progress(Progress {
                    unit: ProgressUnit::Bytes,
                    done: bytes,
                    total: None,
                    note: Some(what.into()),
                });
            }
        };
        let uploads = self.uploads.clone();
        let pack: Produced = Box::new(move |mut out| media::pack(uploads.as_deref(), &mut out));
        builder.part(PartRole::Media, pack, &note("uploads")).await?;
        self.job.check()?;
        if let Some(schema) = self.schema().await {
            builder.part(PartRole::Schema, bytes(schema), &note("schema file")).await?;
        }
        let row = serde_json::json!({
            "project": self.record.project, "secrets": self.record.secrets, "admin_email": self.record.admin_email,
        });
        builder.part(PartRole::Project, bytes(row.to_string().into_bytes()), &note("settings")).await?;
        let json = serde_json::to_vec(contents).map_err(|error| problems::internal(&error))?;
        builder.part(PartRole::Contents, bytes(json), &note("contents")).await
    }

    /// The schema file that the instance reads; `None` if it was not written yet.
    async fn schema(&self) -> Option<Vec<u8>> {
        let key = InstanceKey::main(self.record.project.id.clone());
        let volumes = &self.job.ports().volumes;
        match volumes.schema_files(&key, &self.record.schema_key(), FileDelivery::Content).await {
            Ok(SchemaFiles::Content(bytes)) => Some(bytes),
            _ => None,
        }
    }

    fn manifest(
        &self,
        builder: &ArchiveBuilder,
        contents: &DatabaseContents,
        database: crate::ports::database_copies::DatabaseFacts,
    ) -> Manifest {
        let project = &self.record.project;
        let mut catalog = Sha256::new();
        for line in &contents.catalog {
            catalog.update(line.as_bytes());
            catalog.update(b"\n");
        }
        Manifest {
            format: FORMAT,
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            backup: self.taking.backup,
            project: project.id.clone(),
            display_name: project.display_name.clone(),
            kind: self.taking.kind,
            taken_at: self.taken_at,
            schema: project.schema_ref.clone(),
            release: project.release.as_ref().map(ToString::to_string),
            database,
            tables: u64::try_from(contents.tables.len()).unwrap_or(u64::MAX),
            rows: contents.tables.iter().map(|table| table.rows).sum(),
            digests: self.taking.digests,
            catalog_sha256: hex::encode(catalog.finalize()),
            parts: builder.parts().to_vec(),
            recipients: self.job.inner.settings.backup_keys.recipients.clone(),
        }
    }
}

fn bytes(bytes: Vec<u8>) -> Produced {
    Box::new(move |out| out.write_all(&bytes))
}

/// How far the dump is: its bytes, and the table that was counted last.
#[derive(Clone)]
struct DumpProgress {
    dumped: Arc<AtomicU64>,
    table: Arc<std::sync::Mutex<Option<String>>>,
    total: u64,
}

impl DumpProgress {
    fn new(total: u64) -> Self {
        Self { dumped: Arc::default(), table: Arc::default(), total }
    }

    fn table(&self, name: &str, number: usize, all: usize) {
        let text = format!("table {number} of {all} compared: {name}");
        *self.table.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(text);
    }

    /// Size on disk is the total: a dump has no indexes, so it ends earlier.
    fn progress(&self) -> Progress {
        let note = self.table.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Progress {
            unit: ProgressUnit::Bytes,
            done: self.dumped.load(Ordering::Relaxed),
            total: Some(self.total),
            note,
        }
    }

    fn counted(self, source: Option<SyncIoBridge<tokio::process::ChildStdout>>) -> Produced {
        Box::new(move |out| {
            let mut source = source.ok_or_else(|| io::Error::other("pg_dump has no output"))?;
            io::copy(&mut source, &mut Counted { out, dumped: &self.dumped }).map(drop)
        })
    }
}

struct Counted<'a> {
    out: &'a mut dyn Write,
    dumped: &'a AtomicU64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.dumped.fetch_add(u64::try_from(written).unwrap_or_default(), Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
