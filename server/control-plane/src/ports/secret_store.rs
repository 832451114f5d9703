//! Keeping secrets.

use std::fmt;

use async_trait::async_trait;
use model::{Problem, ProblemKind, ProjectId};
use secrecy::SecretString;
use time::OffsetDateTime;

use super::Failure;

/// Whose secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretScope {
    /// A project's.
    Project(ProjectId),
    /// The control plane's own (credentials of repositories, ...).
    Fleet,
}

/// The place of one secret. Platform names are lower case (`jwt_secret`), an operator's are upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretPath {
    /// Whose.
    pub scope: SecretScope,
    /// `[A-Za-z][A-Za-z0-9_-]*`, at most 128 characters; callers guarantee it.
    pub name: String,
}

impl SecretPath {
    /// A project's secret.
    pub fn project(id: &ProjectId, name: impl Into<String>) -> Self {
        Self { scope: SecretScope::Project(id.clone()), name: name.into() }
    }

    /// The control plane's own.
    pub fn fleet(name: impl Into<String>) -> Self {
        Self { scope: SecretScope::Fleet, name: name.into() }
    }
}

impl fmt::Display for SecretPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scope {
            SecretScope::Project(id) => write!(f, "/atomo/{id}/{}", self.name),
            SecretScope::Fleet => write!(f, "/atomo/_fleet/{}", self.name),
        }
    }
}

/// A secret as it was read.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Its value.
    pub value: SecretString,
    /// 1 for the first value, counting up.
    pub version: u32,
}

/// What may be told of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretMeta {
    /// Its name.
    pub name: String,
    /// Its newest version.
    pub version: u32,
    /// When that was written.
    pub changed_at: Option<OffsetDateTime>,
}

/// Why a store could not do it. Never holds a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The store does not answer, or its files cannot be read or written.
    #[error("{doing} in the secret store: {reason}")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        reason: String,
    },
    /// The key is missing, unreadable or of the wrong mode.
    #[error("the key of the secret store: {reason}")]
    Key {
        /// The fault and the way out.
        reason: String,
    },
    /// What is stored was changed behind our back, or was sealed with another key.
    #[error("the secret {path} is damaged or was sealed with another key")]
    Damaged {
        /// Which.
        path: String,
    },
}

impl Failure for SecretError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { .. } => Problem::unavailable(
                "secrets",
                format!(
                    "Failed {self}. Nothing was regenerated or overwritten; it is tried again by itself."
                ),
            ),
            Self::Key { reason } => Problem {
                part: Some("secrets".into()),
                ..Problem::new(
                    ProblemKind::Unavailable,
                    "The secret store cannot be opened",
                    format!("{reason} Nothing was regenerated or overwritten."),
                )
            },
            Self::Damaged { path } => Problem {
                part: Some("secrets".into()),
                ..Problem::new(
                    ProblemKind::Refused,
                    "A secret cannot be opened",
                    format!(
                        "{path} is damaged or was sealed with another key. Nothing was overwritten; restore the store's folder and its key together."
                    ),
                )
            },
        }
    }
}

/// Reading secrets.
#[async_trait]
pub trait SecretReader: Send + Sync + 'static {
    /// The secret in its newest or in a given version; `None` when it is not there.
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError>;

    /// All secrets of a scope by name.
    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError>;

    /// The reference that the registry keeps: `sealed:/atomo/acme/jwt_secret`.
    fn reference(&self, path: &SecretPath) -> String;
}

/// Reading and writing secrets.
#[async_trait]
pub trait SecretStore: SecretReader {
    /// Whether values can be read and written.
    async fn probe(&self) -> Result<String, SecretError>;

    /// The secret as it is; `value` becomes its version 1 only when it is certain that there is none. Two at once
    /// get the same secret.
    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError>;

    /// Writes a new version and returns its number. Earlier versions stay readable.
    async fn put(&self, path: &SecretPath, value: SecretString) -> Result<u32, SecretError>;

    /// Removes it with all its versions. Absent is `Ok`.
    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError>;
}
