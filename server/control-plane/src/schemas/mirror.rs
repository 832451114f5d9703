//! The mirror: copies of the files that projects are pinned to, for the start of an instance while git is away and the copy of the
//! repository on this machine is gone.
//!
//! The mirror is never the truth. What is read from it is compared with the SHA-256 that the registry recorded when the file was read
//! from its repository. While the mirror is away nothing waits for it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt as _;
use model::{BackupId, CommitSha, RepoPath, RepoUrl, SchemaRef};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::ports::archive_store::{ArchiveError, ArchiveName, ArchiveStore, PartName};
use crate::ports::schema_source::{MAX_SCHEMA_BYTES, SchemaFile};
use crate::registry::PinnedFile;
use crate::{Inner, Result, repositories, snapshot};

/// The name of the task that writes to the mirror.
pub(crate) const NAME: &str = "schema mirror";
/// Maximum pause between two runs of the task.
pub(crate) const PERIOD: Duration = Duration::from_secs(30);
/// Maximum duration of one run.
pub(crate) const DEADLINE: Duration = Duration::from_secs(300);
/// How long a read of the mirror may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The part of an archive that is the file.
const PART: &str = "schema.ts";

/// A file at a commit.
pub(super) fn pinned(repo: &RepoUrl, path: &RepoPath, commit: &CommitSha) -> PinnedFile {
    PinnedFile { repo: repo.clone(), path: path.clone(), commit: commit.clone() }
}

/// The file of a project's row; `None` for a file that is followed.
fn of_row(schema: &SchemaRef) -> Option<PinnedFile> {
    let (repo, path) = schema.git()?;
    Some(pinned(repo, path, schema.commit()))
}

/// The file from the mirror. `None`, with a line in the log, if there is no mirror, it is away, or it has no file with the recorded
/// digest.
pub(super) async fn read(inner: &Inner, file: &PinnedFile) -> Option<SchemaFile> {
    let mirror = inner.ports.mirror.as_ref()?;
    let recorded = match inner.registry.schema_digest(file).await {
        Ok(recorded) => recorded?,
        Err(error) => {
            tracing::warn!(error = %crate::chain(&error), "the digest of a schema file was not read");
            return None;
        }
    };
    let place = mirror.place();
    let reading = tokio::time::timeout(PATIENCE, content(&**mirror, &recorded.sha256)).await;
    let bytes = match reading {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            tracing::warn!(path = %file.path, commit = %file.commit, place, error = %crate::chain(&error), "the schema mirror has no such file");
            return None;
        }
        Err(_) => {
            tracing::warn!(place, "the schema mirror did not answer within {} s", PATIENCE.as_secs());
            return None;
        }
    };
    let found = hex::encode(Sha256::digest(&bytes));
    if found != recorded.sha256 {
        tracing::error!(
            path = %file.path, commit = %file.commit, place, expected = recorded.sha256, found,
            "the schema mirror has another content for {} at {}: it is not used", file.path, file.commit.short()
        );
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    tracing::info!(path = %file.path, commit = %file.commit, place, "a schema file was read from the mirror");
    Some(SchemaFile { commit: recorded.commit, text, sha256: recorded.sha256 })
}

/// The files that are known to be in the mirror, so that the registry is not asked for them again.
#[derive(Debug, Default)]
pub(crate) struct MirroredFiles(Mutex<BTreeSet<PinnedFile>>);

impl MirroredFiles {
    /// Writes every file that a project is pinned to and that the mirror does not have.
    pub(crate) async fn run(&self, inner: &Inner) -> Result<()> {
        let Some(mirror) = &inner.ports.mirror else { return Ok(()) };
        let rows = snapshot::rows(inner).await?;
        let files: BTreeSet<PinnedFile> =
            rows.projects().filter_map(|record| of_row(&record.project.schema_ref)).collect();
        let missing: Vec<PinnedFile> = files.difference(&self.lock()).cloned().collect();
        write_all(inner, &**mirror, &missing, |file| self.lock().extend([file])).await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<PinnedFile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write_all(
    inner: &Inner,
    mirror: &dyn ArchiveStore,
    files: &[PinnedFile],
    mut done: impl FnMut(PinnedFile) + Send,
) -> Result<()> {
    let mut failed = None;
    for file in files {
        if let Err(error) = write(inner, mirror, file).await {
            tracing::debug!(path = %file.path, commit = %file.commit, error = %crate::chain(&error), "mirroring a schema file");
            failed = Some(error);
        } else {
            done(file.clone());
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn write(inner: &Inner, mirror: &dyn ArchiveStore, file: &PinnedFile) -> Result<()> {
    let known = inner.registry.schema_digest(file).await?;
    if known.as_ref().is_some_and(|known| known.mirrored_at.is_some()) {
        return Ok(());
    }
    let access = repositories::access(inner, &file.repo).await?;
    let read = inner.ports.schemas.read(&access, &file.path, &file.commit).await?;
    inner.registry.record_schema_digest(file, &read.sha256, &read.commit).await?;
    if content(mirror, &read.sha256).await.ok().as_deref() != Some(read.text.as_bytes()) {
        put(mirror, &read).await?;
    }
    Ok(inner.registry.note_schema_mirrored(file).await?)
}

/// Writes a content under its digest.
pub(crate) async fn put(mirror: &dyn ArchiveStore, file: &SchemaFile) -> Result<(), ArchiveError> {
    let name = name(&file.sha256);
    // a content that is not what its name says is replaced
    mirror.remove(&name).await?;
    let mut archive = mirror.create(&name).await?;
    archive.begin(&part()).await?;
    archive.write(Bytes::from(file.text.clone())).await?;
    archive.end().await?;
    archive.complete(Bytes::from(format!("{}  {PART}\n", file.sha256))).await
}

/// The bytes under a digest; not more than one too many for a schema file.
pub(crate) async fn content(mirror: &dyn ArchiveStore, sha256: &str) -> Result<Vec<u8>, ArchiveError> {
    let mut stream = mirror.read(&name(sha256), &part(), 0).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = stream.try_next().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > MAX_SCHEMA_BYTES {
            break; // no schema file: its digest will not be the recorded one
        }
    }
    Ok(bytes)
}

/// The name of the archive of a content: the first 128 bits of its SHA-256, as archives are named by a UUID.
pub(crate) fn name(sha256: &str) -> ArchiveName {
    let bits = sha256.get(..32).and_then(|digits| u128::from_str_radix(digits, 16).ok()).unwrap_or_default();
    ArchiveName { project: None, backup: BackupId::from(Uuid::from_u128(bits)) }
}

fn part() -> PartName {
    PART.parse().unwrap_or_else(|_| unreachable!("{PART} is the name of a part"))
}
