//! The folders of projects on this host: `schema/schema.ts`, which the instance reads, and `media/`, which it writes.
//!
//! The schema file is replaced by rename inside its folder, so a reader sees the old or the new one, never a half.
//! Beside the folder stands where it was taken from and the SHA-256 of its bytes: a file that was edited by hand is not
//! mistaken for the commit.

use std::io;
use std::path::{Path, PathBuf};

use model::{CommitSha, Observed, Problem, ProjectId, SchemaRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ports::schema_source::SchemaFile;

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

    /// The folder that holds `schema.ts`.
    pub fn schema_dir(&self, id: &ProjectId) -> PathBuf {
        self.root.join(id.as_str()).join("schema")
    }

    /// The folder for uploads.
    pub fn media_dir(&self, id: &ProjectId) -> PathBuf {
        self.root.join(id.as_str()).join("media")
    }

    fn note(&self, id: &ProjectId) -> PathBuf {
        self.root.join(id.as_str()).join("schema.json")
    }

    /// Writes the schema file that was read from there, and makes the media folder.
    pub async fn write_schema(
        &self,
        id: &ProjectId,
        from: &SchemaRef,
        file: &SchemaFile,
    ) -> Result<(), VolumeError> {
        let (schema, media) = (self.schema_dir(id), self.media_dir(id));
        for folder in [&schema, &media] {
            tokio::fs::create_dir_all(folder).await.map_err(|source| at(folder, source))?;
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

fn at(path: &Path, source: io::Error) -> VolumeError {
    VolumeError { path: path.to_owned(), source }
}

async fn replace(path: &Path, bytes: &[u8]) -> Result<(), VolumeError> {
    let new = path.with_extension("new");
    tokio::fs::write(&new, bytes).await.map_err(|source| at(&new, source))?;
    tokio::fs::rename(&new, path).await.map_err(|source| at(path, source))
}
