//! The SHA-256 of schema files that projects are pinned to: what a copy of a file is checked against where the repository is away.

use model::{CommitInfo, CommitSha, RepoPath, RepoUrl};
use time::OffsetDateTime;

use super::{Registry, RegistryError, Result};

/// A file at a commit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PinnedFile {
    /// The repository.
    pub repo: RepoUrl,
    /// The file in it.
    pub path: RepoPath,
    /// The commit.
    pub commit: CommitSha,
}

/// What is recorded of a file at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDigest {
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// The commit.
    pub commit: CommitInfo,
    /// When the file was written to the mirror; `None`: it was not.
    pub mirrored_at: Option<OffsetDateTime>,
}

impl Registry {
    /// What is recorded of the file; `None` if it was never read from its repository.
    pub async fn schema_digest(&self, file: &PinnedFile) -> Result<Option<SchemaDigest>> {
        let row = sqlx::query!(
            "select sha256, summary, author, committed_at, mirrored_at from schema_digests
             where repo = $1 and path = $2 and commit_sha = $3",
            file.repo.as_str(),
            file.path.as_str(),
            file.commit.as_str()
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the digest of a schema file"))?;
        Ok(row.map(|row| SchemaDigest {
            sha256: row.sha256,
            commit: CommitInfo {
                sha: file.commit.clone(),
                summary: row.summary,
                author: row.author,
                at: row.committed_at,
            },
            mirrored_at: row.mirrored_at,
        }))
    }

    /// Records a file as it was read from its repository. What is recorded already stays: the content of a commit never changes.
    pub async fn record_schema_digest(
        &self,
        file: &PinnedFile,
        sha256: &str,
        commit: &CommitInfo,
    ) -> Result<()> {
        sqlx::query!(
            "insert into schema_digests (repo, path, commit_sha, sha256, summary, author, committed_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            file.repo.as_str(),
            file.path.as_str(),
            file.commit.as_str(),
            sha256,
            commit.summary,
            commit.author,
            commit.at
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("recording the digest of a schema file"))?;
        Ok(())
    }

    /// The file is in the mirror.
    pub async fn note_schema_mirrored(&self, file: &PinnedFile) -> Result<()> {
        sqlx::query!(
            "update schema_digests set mirrored_at = now() where repo = $1 and path = $2 and commit_sha = $3",
            file.repo.as_str(),
            file.path.as_str(),
            file.commit.as_str()
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("noting a file of the schema mirror"))?;
        Ok(())
    }
}
