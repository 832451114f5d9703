//! The folders of projects on this host: `schema/schema.ts`, which the instance reads, and `media/`, which it writes.
//!
//! They are closed to other users of the machine; instances run as the same user as we do.
//!
//! The schema file is replaced by rename inside its folder, so a reader sees the old or the new one, never a half.
//! Beside the folder stands where it was taken from and the SHA-256 of its bytes: a file that was edited by hand is not
//! mistaken for the commit.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use model::{CommitSha, Observed, Problem, ProjectId, SchemaRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ports::schema_source::SchemaFile;

#[cfg(test)]
mod tests;

/// Uploads are their project's own.
const PRIVATE: u32 = 0o700;

/// The folders of all projects.
#[derive(Debug, Clone)]
pub struct Volumes {
    root: PathBuf,
}

/// What was written, beside the folder that the instance reads.
#[derive(Serialize, Deserialize)]
struct Written {
    schema: SchemaRef,
    sha256: String,
}

/// A folder or file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path:?} cannot be written")]
pub struct VolumeError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl From<VolumeError> for crate::Error {
    fn from(error: VolumeError) -> Self {
        Problem::unavailable(
            "driver",
            format!(
                "{} cannot be written: {}. Make room or correct its mode; it is tried again by itself.",
                error.path.display(),
                error.source
            ),
        )
        .into()
    }
}

impl Volumes {
    /// The folders below a root.
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn project_dir(&self, id: &ProjectId) -> PathBuf {
        self.root.join(id.as_str())
    }

    /// The folder that holds `schema.ts`.
    pub fn schema_dir(&self, id: &ProjectId) -> PathBuf {
        self.project_dir(id).join("schema")
    }

    /// The folder for uploads.
    pub fn media_dir(&self, id: &ProjectId) -> PathBuf {
        self.project_dir(id).join("media")
    }

    fn note(&self, id: &ProjectId) -> PathBuf {
        self.project_dir(id).join("schema.json")
    }

    /// Closes the folders of every project that is there to other users, in case somebody opened them.
    pub async fn close(&self) -> Result<(), VolumeError> {
        let failed = |source| at(&self.root, source);
        let mut projects = match tokio::fs::read_dir(&self.root).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            projects => projects.map_err(failed)?,
        };
        while let Some(entry) = projects.next_entry().await.map_err(failed)? {
            let project = entry.path();
            if !entry.file_type().await.map_err(failed)?.is_dir() {
                continue;
            }
            for folder in [project.clone(), project.join("schema"), project.join("media")] {
                match close(&folder).await {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&folder, error)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Writes the schema file that was read from there, and makes the media folder.
    pub async fn write_schema(
        &self,
        id: &ProjectId,
        from: &SchemaRef,
        file: &SchemaFile,
    ) -> Result<(), VolumeError> {
        tokio::fs::create_dir_all(&self.root).await.map_err(|source| at(&self.root, source))?;
        let schema = self.schema_dir(id);
        for folder in [&self.project_dir(id), &schema, &self.media_dir(id)] {
            make_private(folder).await.map_err(|source| at(folder, source))?;
        }
        replace(&schema.join("schema.ts"), file.text.as_bytes()).await?;
        let written = Written { schema: from.clone(), sha256: file.sha256.clone() };
        let note = self.note(id);
        let json = serde_json::to_vec(&written).map_err(|error| at(&note, error.into()))?;
        replace(&note, &json).await
    }

    /// The commit whose file lies there, byte for byte; absent when it is the file of another path or repository.
    pub async fn schema(&self, id: &ProjectId, wanted: &SchemaRef) -> Observed<CommitSha> {
        let note = tokio::fs::read(self.note(id)).await;
        let text = tokio::fs::read(self.schema_dir(id).join("schema.ts")).await;
        match (note, text) {
            (Ok(note), Ok(text)) => match serde_json::from_slice::<Written>(&note) {
                Ok(Written { schema, sha256 })
                    if hex::encode(Sha256::digest(&text)) == sha256
                        && (schema.repo(), schema.path()) == (wanted.repo(), wanted.path()) =>
                {
                    Observed::Present(schema.commit().clone())
                }
                _ => Observed::Absent,
            },
            (Err(error), _) | (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => Observed::Absent,
            _ => Observed::Unknown,
        }
    }

    /// Removes the schema folder; the media folder stays.
    pub async fn remove_schema(&self, id: &ProjectId) -> Result<(), VolumeError> {
        let folder = self.schema_dir(id);
        match tokio::fs::remove_dir_all(&folder).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&folder, error)),
            _ => {}
        }
        let note = self.note(id);
        match tokio::fs::remove_file(&note).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&note, error)),
            _ => Ok(()),
        }
    }
}

/// Makes a folder that only this user can enter; one that is there becomes so.
async fn make_private(folder: &Path) -> io::Result<()> {
    match tokio::fs::DirBuilder::new().mode(PRIVATE).create(folder).await {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close(folder).await,
        made => made,
    }
}

async fn close(folder: &Path) -> io::Result<()> {
    let found = tokio::fs::metadata(folder).await?;
    if found.permissions().mode() & 0o7777 == PRIVATE {
        return Ok(());
    }
    tokio::fs::set_permissions(folder, Permissions::from_mode(PRIVATE)).await
}

fn at(path: &Path, source: io::Error) -> VolumeError {
    VolumeError { path: path.to_owned(), source }
}

async fn replace(path: &Path, bytes: &[u8]) -> Result<(), VolumeError> {
    let new = path.with_extension("new");
    tokio::fs::write(&new, bytes).await.map_err(|source| at(&new, source))?;
    tokio::fs::rename(&new, path).await.map_err(|source| at(path, source))
}
