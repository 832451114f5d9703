//! Takes a backup: one snapshot of the database, read by the dump and by what it is compared with, and the uploads of that moment.

use std::path::PathBuf;
use std::sync::Arc;

use model::{BackupId, BackupKind, DatabaseName, InstanceKey, Progress, ProgressUnit};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::archive::{ArchiveBuilder, FORMAT, Manifest, PartRole, Produced};
use super::dump::dump;
use super::moment::minute;
use super::{media, problems};
use crate::jobs::JobContext;
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::{DatabaseContents, DatabaseCopies, DatabaseFacts, DatabaseSnapshot};
use crate::ports::driver::{FileDelivery, SchemaFiles};
use crate::ports::postgres_host::PostgresError;
use crate::registry::ProjectRecord;
use crate::{Error, Result};

/// What is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taking {
    /// The id of the backup.
    pub(crate) backup: BackupId,
    /// Why it is taken.
    pub(crate) kind: BackupKind,
    /// Whether the content of every table is digested.
    pub(crate) digests: bool,
    /// Whether the verification is requested afterwards.
    pub(crate) verify: bool,
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
    archive(Work { job, record, taking, taken_at, uploads }, snapshot).await
}

/// Writes the archive of what the project's database was at a time, from a server that was recovered to it. It has no uploads and no
/// schema file: those of that time are not known.
pub(super) async fn take_of_past<I: Send + Sync>(
    job: &JobContext<I>,
    record: &ProjectRecord,
    taking: Taking,
    (copies, taken_at): (&dyn DatabaseCopies, OffsetDateTime),
) -> Result<Manifest> {
    let id = &record.project.id;
    let database = DatabaseName::main(id.clone());
    let snapshot = copies.snapshot(&database, None).await.map_err(|error| match error {
        PostgresError::Gone { .. } => problems::no_database_then(id, &minute(taken_at)).into(),
        error => Error::from(error),
    })?;
    archive(Work { job, record, taking, taken_at, uploads: None }, snapshot).await
}

async fn archive<I: Send + Sync>(work: Work<'_, I>, snapshot: Box<dyn DatabaseSnapshot>) -> Result<Manifest> {
    let (job, uploads) = (work.job, work.uploads.clone());
    let name = ArchiveName { project: Some(work.record.project.id.clone()), backup: work.taking.backup };
    let recipients =
        job.inner.settings.backup_keys.parse().map_err(|error| problems::no_recipient(&error))?;
    let archives = Arc::clone(&job.ports().archives);
    let builder = ArchiveBuilder::begin(&*archives, &name, recipients).await?;
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

    async fn parts(
        &self,
        builder: &mut ArchiveBuilder,
        snapshot: &mut dyn DatabaseSnapshot,
    ) -> Result<(DatabaseContents, DatabaseFacts)> {
        let (contents, facts) = dump(self.job, builder, snapshot, self.taking.digests).await?;
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
        if self.taking.kind != BackupKind::PointInTime {
            let uploads = self.uploads.clone();
            let pack: Produced = Box::new(move |mut out| media::pack(uploads.as_deref(), &mut out));
            builder.part(PartRole::Media, pack, &note("uploads")).await?;
            self.job.check()?;
            if let Some(schema) = self.schema().await {
                builder.part(PartRole::Schema, bytes(schema), &note("schema file")).await?;
            }
        }
        let row = serde_json::json!({
            "project": self.record.project, "secrets": self.record.secrets, "admin_email": self.record.admin_email,
        });
        builder.part(PartRole::Project, bytes(row.to_string().into_bytes()), &note("settings")).await?;
        contents_part(builder, contents).await
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
        database: DatabaseFacts,
    ) -> Manifest {
        let project = &self.record.project;
        Manifest {
            format: FORMAT,
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            backup: self.taking.backup,
            project: Some(project.id.clone()),
            fleet: None,
            display_name: project.display_name.clone(),
            kind: self.taking.kind,
            taken_at: self.taken_at,
            schema: Some(project.schema_ref.clone()),
            release: project.release.as_ref().map(ToString::to_string),
            database,
            tables: u64::try_from(contents.tables.len()).unwrap_or(u64::MAX),
            rows: contents.tables.iter().map(|table| table.rows).sum(),
            digests: self.taking.digests,
            catalog_sha256: catalog_sha256(contents),
            parts: builder.parts().to_vec(),
            recipients: self.job.inner.settings.backup_keys.recipients.clone(),
        }
    }
}

/// Writes the part that a copy is compared with.
pub(super) async fn contents_part(builder: &mut ArchiveBuilder, contents: &DatabaseContents) -> Result<()> {
    let json = serde_json::to_vec(contents).map_err(|error| problems::internal(&error))?;
    builder.part(PartRole::Contents, bytes(json), &|_| ()).await
}

/// SHA-256 of the lines of the catalog.
pub(super) fn catalog_sha256(contents: &DatabaseContents) -> String {
    let mut catalog = Sha256::new();
    for line in &contents.catalog {
        catalog.update(line.as_bytes());
        catalog.update(b"\n");
    }
    hex::encode(catalog.finalize())
}

pub(super) fn bytes(bytes: Vec<u8>) -> Produced {
    Box::new(move |out| out.write_all(&bytes))
}
