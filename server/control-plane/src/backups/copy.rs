//! Restores the database of an archive into a copy, and compares the copy with the archive.

use std::io;
use std::path::{Path, PathBuf};

use model::{ByteSize, DatabaseName, DatabaseOid, Progress, ProgressUnit, ProjectId};
use tokio_util::io::SyncIoBridge;

use super::archive::{self, Manifest, PartRole, Seal};
use super::{compare, problems, programs};
use crate::Result;
use crate::jobs::JobContext;
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::{CopySpec, DatabaseContents, DatabaseCopies, DumpSource};
use crate::registry::BackupRecord;

/// Connections that load a copy.
const CONNECTIONS: u32 = 2;

/// In the names of scratch databases of the control plane itself, in the place of a project's id.
pub(super) const CONTROL_PLANE: &str = "control-plane";

/// A backup that is read.
pub(crate) struct Source {
    /// Where it is, under the project that the backup belongs to here; the manifest of an uploaded archive may name another one.
    pub(crate) name: ArchiveName,
    pub(crate) manifest: Manifest,
    pub(crate) seal: Seal,
}

impl Source {
    /// Opens an archive, and checks manifest and seal against the SHA-256 of the seal, if that is recorded.
    pub(super) async fn open<I: Send + Sync>(
        job: &JobContext<I>,
        name: ArchiveName,
        recorded: Option<&str>,
    ) -> Result<Self> {
        let (seal, manifest) = archive::open(&*job.ports().archives, &name, recorded).await?;
        Ok(Self { name, manifest, seal })
    }

    /// Opens the archive of a backup.
    pub(crate) async fn of_backup<I: Send + Sync>(
        job: &JobContext<I>,
        record: &BackupRecord,
    ) -> Result<Self> {
        let name = ArchiveName { project: Some(record.backup.project_id.clone()), backup: record.backup.id };
        Self::open(job, name, record.seal.as_deref()).await
    }

    /// The copy that this job restores into. `owner` is the project's role.
    pub(crate) fn copy<I>(&self, job: &JobContext<I>, owner: Option<DatabaseName>) -> Result<CopySpec> {
        let name = scratch(job, owner.as_ref(), self.name.project.as_ref())?;
        Ok(CopySpec { name, owner, facts: self.manifest.database.clone() })
    }

    fn dump(&self) -> Result<&archive::Part> {
        let part = self.manifest.part(PartRole::Database);
        Ok(part.ok_or_else(|| problems::damaged("manifest.json", "it names no dump of the database"))?)
    }

    /// What the copy has to contain.
    pub(crate) async fn contents<I: Send + Sync>(&self, job: &JobContext<I>) -> Result<DatabaseContents> {
        let part = self.manifest.part(PartRole::Contents);
        let part = part.ok_or_else(|| problems::damaged("manifest.json", "it names no contents"))?;
        let keys = &job.inner.settings.backup_keys;
        let json = archive::read_whole(&*job.ports().archives, &self.name, part, keys).await?;
        serde_json::from_slice(&json)
            .map_err(|error| problems::damaged(&part.name, &error.to_string()).into())
    }

    /// Reads every part but the database and its contents, and checks its sums. Both of those are checked where they are used.
    pub(super) async fn check_other_parts<I: Send + Sync>(&self, job: &JobContext<I>) -> Result<()> {
        for name in self.seal.parts().filter(|name| *name != "manifest.json") {
            if self.manifest.parts.iter().all(|part| part.name != name) {
                return Err(problems::damaged(name, "the manifest does not name it").into());
            }
        }
        for part in &self.manifest.parts {
            if matches!(part.role, PartRole::Database | PartRole::Contents) {
                continue;
            }
            if part.role == PartRole::Secrets {
                archive::check_sealed(&*job.ports().archives, &self.name, part).await?;
                continue;
            }
            let keys = &job.inner.settings.backup_keys;
            let note = Some(format!("checking {}", part.name));
            let told = |done| {
                let total = Some(part.stored_bytes);
                job.progress(Progress { unit: ProgressUnit::Bytes, done, total, note: note.clone() });
            };
            let sink = |source: &mut dyn io::Read| io::copy(source, &mut io::sink());
            archive::read_part(&*job.ports().archives, &self.name, part, keys, sink, &told).await?;
            job.check()?;
        }
        Ok(())
    }

    /// Makes the copy and loads the dump into it. The dump is checked before anything of it is loaded, except where it is
    /// encrypted: then no plain file is written, and a wrong sum is found at the end of the load.
    pub(crate) async fn restore<I: Send + Sync>(
        &self,
        job: &JobContext<I>,
        copies: &dyn DatabaseCopies,
        copy: &CopySpec,
    ) -> Result<DatabaseOid> {
        if self.manifest.recipients.is_empty() {
            let spool = Spool::of(job);
            self.unpack_dump(job, &spool).await?;
            let oid = copies.create_copy(copy).await?;
            let source = DumpSource::File { path: spool.path.clone(), connections: CONNECTIONS };
            let mut load = job.start(copies.restore(copy, &source).await?).await?;
            let messages = programs::messages_of(&mut load);
            self.loading(job);
            programs::succeeded("pg_restore", job.wait(load).await?, messages).await?;
            copies.finish_copy(copy).await?;
            return Ok(oid);
        }
        let oid = copies.create_copy(copy).await?;
        self.stream_dump(job, copies.restore(copy, &DumpSource::Stdin).await?).await?;
        copies.finish_copy(copy).await?;
        Ok(oid)
    }

    fn loading<I>(&self, job: &JobContext<I>) {
        let rows = self.manifest.rows;
        let note =
            format!("loading {} tables with {rows} rows, {} of data", self.manifest.tables, self.size());
        job.progress(Progress { unit: ProgressUnit::Rows, done: 0, total: None, note: Some(note) });
    }

    fn size(&self) -> ByteSize {
        ByteSize::new(self.manifest.part(PartRole::Database).map_or(0, |part| part.plain_bytes))
    }

    async fn unpack_dump<I: Send + Sync>(&self, job: &JobContext<I>, spool: &Spool) -> Result<()> {
        let (part, path) = (self.dump()?, spool.path.clone());
        let told = |done| {
            let (total, note) = (Some(part.stored_bytes), Some("reading the dump".into()));
            job.progress(Progress { unit: ProgressUnit::Bytes, done, total, note });
        };
        let write = move |source: &mut dyn io::Read| {
            let mut file = create_private(&path)?;
            io::copy(source, &mut file).map(drop)
        };
        let keys = &job.inner.settings.backup_keys;
        archive::read_part(&*job.ports().archives, &self.name, part, keys, write, &told).await?;
        job.check()
    }

    /// Reads the dump through a program, which may end before the end of the dump.
    pub(super) async fn stream_dump<I: Send + Sync>(
        &self,
        job: &JobContext<I>,
        program: tokio::process::Command,
    ) -> Result<()> {
        let part = self.dump()?;
        let mut load = job.start(program).await?;
        let messages = programs::messages_of(&mut load);
        let input = load.child.stdin.take().map(SyncIoBridge::new);
        let write = move |source: &mut dyn io::Read| {
            let mut input = input.ok_or_else(|| io::Error::other("pg_restore has no input"))?;
            match io::copy(source, &mut input) {
                // it has read what it needs; the rest is read for its checksum
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    return io::copy(source, &mut io::sink()).map(drop);
                }
                copied => copied?,
            };
            input.shutdown()
        };
        let told = |done| {
            let (total, note) = (Some(part.stored_bytes), Some("loading the dump".into()));
            job.progress(Progress { unit: ProgressUnit::Bytes, done, total, note });
        };
        let keys = &job.inner.settings.backup_keys;
        let reading = archive::read_part(&*job.ports().archives, &self.name, part, keys, write, &told);
        let (read, status) = tokio::join!(reading, job.wait(load));
        let loaded = programs::succeeded("pg_restore", status?, messages).await;
        // a damaged archive is the cause of what pg_restore says
        read?;
        loaded
    }

    /// How the copy differs from what was backed up.
    pub(crate) async fn compare<I: Send + Sync>(
        &self,
        job: &JobContext<I>,
        copies: &dyn DatabaseCopies,
        copy: &CopySpec,
    ) -> Result<Comparison> {
        let expected = self.contents(job).await?;
        let told = |name: &str, number: usize, all: usize| {
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            let (done, total, note) = (count(number), Some(count(all)), Some(name.to_owned()));
            job.progress(Progress { unit: ProgressUnit::Items, done, total, note });
        };
        let reading = copies.contents(copy, self.manifest.digests, &told);
        let found = tokio::select! {
            found = reading => found?,
            () = job.interrupted().cancelled() => return Err(crate::Error::Interrupted),
        };
        let differences = compare::differences(&expected, &found);
        Ok(Comparison { compared: compare::compared(&expected), differences })
    }
}

/// The scratch database of a job: of the role's project, else of the archive's, else of the control plane.
pub(super) fn scratch<I>(
    job: &JobContext<I>,
    owner: Option<&DatabaseName>,
    project: Option<&ProjectId>,
) -> Result<DatabaseName> {
    let project = owner.map(|owner| &owner.project).or(project);
    let project = project.map_or_else(|| CONTROL_PLANE.parse(), |project| Ok(project.clone()));
    let project = project.map_err(|error: model::Invalid| problems::internal(&error))?;
    Ok(DatabaseName::scratch(project, job.operation().id))
}

/// The result of a comparison.
pub(crate) struct Comparison {
    pub(crate) compared: Vec<String>,
    pub(crate) differences: Vec<String>,
}

/// The file that a dump is unpacked into; removed when it is dropped.
struct Spool {
    path: PathBuf,
}

impl Spool {
    fn of<I>(job: &JobContext<I>) -> Self {
        Self { path: job.inner.settings.spool.join(format!("{}.dump", job.operation().id)) }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A new file that only this user can read, in a folder that only this user can enter.
fn create_private(path: &Path) -> io::Result<std::fs::File> {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    if let Some(folder) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
