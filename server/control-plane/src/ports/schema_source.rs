//! One file at one commit of a repository.

use std::time::Duration;

use async_trait::async_trait;
use model::{CommitInfo, CommitSha, FieldError, Invalid, Problem, RepoPath, RepoUrl};
use secrecy::SecretString;

use super::Failure;

/// The largest schema file.
pub const MAX_SCHEMA_BYTES: u64 = 1024 * 1024;

/// A repository with what is needed to read it.
#[derive(Debug, Clone)]
pub struct RepoAccess {
    /// Its address.
    pub url: RepoUrl,
    /// The user name.
    pub username: Option<String>,
    /// A token for `https` or a private key (PEM) for `ssh`.
    pub credential: Option<SecretString>,
    /// A line of `known_hosts` for `ssh`, or the PEM of a CA for `https`.
    pub host_key: Option<String>,
}

/// A schema file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its commit.
    pub commit: CommitInfo,
    /// Its text.
    pub text: String,
    /// SHA-256 of the text, in hex.
    pub sha256: String,
}

/// What a repository says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoInfo {
    /// The branch that `HEAD` names.
    pub default_branch: Option<String>,
    /// The commit of `HEAD`; `None` in an empty repository.
    pub head: Option<CommitSha>,
    /// Schema files at `HEAD`: paths that end in `.ts`, at most 500, sorted.
    pub paths: Vec<RepoPath>,
}

/// Why a schema could not be read. Each names the field of `schema_ref` that is at fault.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The repository does not exist or cannot be reached.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// Its address.
        url: RepoUrl,
        /// What was tried and what came back.
        reason: String,
    },
    /// It answers, and refuses us.
    #[error("{url} refuses access: {tried}")]
    Refused {
        /// Its address.
        url: RepoUrl,
        /// What was tried: `without a credential`, `as git with an SSH key`, ...
        tried: String,
    },
    /// This kind of address, or this folder, is not allowed here.
    #[error("{url} is not allowed: {reason}")]
    NotAllowed {
        /// Its address.
        url: RepoUrl,
        /// Which setting allows it.
        reason: String,
    },
    /// No such commit.
    #[error("There is no commit {commit} in {url}")]
    UnknownCommit {
        /// The repository.
        url: RepoUrl,
        /// The commit.
        commit: CommitSha,
    },
    /// The commit has no such file, or it is not a plain file.
    #[error("{path}: {reason}")]
    Path {
        /// The path.
        path: RepoPath,
        /// Missing, a folder, a symbolic link, a submodule.
        reason: String,
    },
    /// The file is not a schema: too large, or not UTF-8.
    #[error("{path}: {reason}")]
    Content {
        /// The path.
        path: RepoPath,
        /// The fault.
        reason: String,
    },
    /// It passes one of our limits: bytes or objects of a fetch, the size of a commit or folder, the entries of a tree.
    #[error("The repository is too large: {reason}")]
    TooLarge {
        /// Which limit, and what it holds.
        reason: String,
    },
    /// The copy on this machine cannot be written.
    #[error("the repository cache: {reason}")]
    Cache {
        /// What came back.
        reason: String,
    },
}

impl Failure for SourceError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Cache { .. })
    }

    fn problem(&self) -> Problem {
        let (field, accepted) = match self {
            Self::Unreachable { .. } => ("schema_ref.repo", "a repository that answers"),
            Self::Refused { .. } => ("schema_ref.repo", "a repository that its registered credential opens"),
            Self::NotAllowed { .. } => ("schema_ref.repo", "an allowed repository"),
            Self::TooLarge { .. } => {
                ("schema_ref.repo", "a repository within the limits of docs/limits-of-answers.md")
            }
            Self::UnknownCommit { .. } => ("schema_ref.ref", "a commit of the repository"),
            Self::Path { .. } => ("schema_ref.path", "a plain file at that commit"),
            Self::Content { .. } => ("schema_ref.path", "UTF-8 text of at most 1 MiB"),
            Self::Cache { reason } => return cache_problem(reason),
        };
        let text = self.to_string();
        Problem::invalid(vec![FieldError::new(field, Invalid::new(format!("{text}."), accepted))])
    }
}

/// The repository may be well: it is our disk that is not.
fn cache_problem(reason: &str) -> Problem {
    let detail = format!(
        "The copy of the repository on this machine cannot be used: {reason}. Make room on the disk of the data \
         directory, or correct the mode of its folder repositories; it is tried again by itself."
    );
    Problem {
        title: "The repository's copy cannot be used".into(),
        ..Problem::unavailable("repository", detail)
    }
}

/// Where schemas come from. Keeps a bare cache per repository, so a known commit is read without the network.
#[async_trait]
pub trait SchemaSource: Send + Sync + 'static {
    /// Contacts the repository with its credential and says what is there.
    async fn test(&self, repo: &RepoAccess) -> Result<RepoInfo, SourceError>;

    /// The file at the commit. Never follows a symbolic link, never leaves the tree.
    async fn read(
        &self,
        repo: &RepoAccess,
        path: &RepoPath,
        commit: &CommitSha,
    ) -> Result<SchemaFile, SourceError>;

    /// The newest commits of the default branch that changed the path, newest first, at most `limit`.
    async fn commits(
        &self,
        repo: &RepoAccess,
        path: &RepoPath,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, SourceError>;

    /// The full id of what a branch, a tag or a short id names; `None` when it names nothing or is ambiguous.
    async fn resolve(&self, repo: &RepoAccess, name: &str) -> Result<Option<CommitSha>, SourceError>;

    /// Removes the copy of a repository. Idempotent; a later question makes it anew.
    async fn forget(&self, url: &RepoUrl) -> Result<(), SourceError>;

    /// Removes the copies of repositories that are not in `keep` and were in none for `unnamed`; returns how many.
    async fn prune(&self, keep: &[RepoUrl], unnamed: Duration) -> Result<usize, SourceError>;
}
