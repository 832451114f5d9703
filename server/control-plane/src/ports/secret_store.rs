//! The port of the secret store.

use std::fmt;

use async_trait::async_trait;
use model::ProjectId;
use secrecy::SecretString;
use time::OffsetDateTime;

mod error;

pub use error::SecretError;

/// The owner of a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretScope {
    /// A project.
    Project(ProjectId),
    /// The control plane (credentials of repositories, ...).
    Fleet,
}

/// The place of a secret. Names of the platform are lower case (`jwt_secret`), those of operators upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretPath {
    /// The owner.
    pub scope: SecretScope,
    /// `[A-Za-z][A-Za-z0-9_-]*`, at most 128 characters. Callers validate it.
    pub name: String,
}

impl SecretPath {
    /// A secret of a project.
    pub fn project(id: &ProjectId, name: impl Into<String>) -> Self {
        Self { scope: SecretScope::Project(id.clone()), name: name.into() }
    }

    /// A secret of the control plane.
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

/// A secret with its value.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Its value.
    pub value: SecretString,
    /// 1 for the first value, increasing.
    pub version: u32,
}

/// A secret without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretMeta {
    /// Its name.
    pub name: String,
    /// Its newest version.
    pub version: u32,
    /// When that was written.
    pub changed_at: Option<OffsetDateTime>,
}

/// Reading secrets.
#[async_trait]
pub trait SecretReader: Send + Sync + 'static {
    /// The newest or a given version; `None` if it does not exist.
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError>;

    /// All secrets of a scope by name.
    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError>;

    /// Every version that the store still has, oldest first; empty if there is none.
    async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError>;

    /// The reference for the registry: `sealed:/atomo/acme/jwt_secret`.
    fn reference(&self, path: &SecretPath) -> String;
}

/// Reading and writing secrets.
#[async_trait]
pub trait SecretStore: SecretReader {
    /// Whether values can be read and written. Returns a description of the store.
    async fn probe(&self) -> Result<String, SecretError>;

    /// The present secret; `value` becomes version 1 only if it is certain that none exists. Concurrent callers get the
    /// same secret.
    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError>;

    /// Writes a new version and returns its number. Earlier versions stay readable.
    async fn put(&self, path: &SecretPath, value: SecretString) -> Result<u32, SecretError>;

    /// Stores a secret under its version number in another store; versions are imported in ascending order. If the
    /// version exists: `Ok` if the value is equal or too old to be retained, else [`SecretError::Differs`]. Lower
    /// versions that were not imported may be absent or read as the same value. Can be repeated after an interruption;
    /// not for concurrent writers.
    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError>;

    /// Whether the store can hold the value, without a request; fails with [`SecretError::TooLong`].
    fn fits(&self, path: &SecretPath, value: &SecretString) -> Result<(), SecretError>;

    /// Deletes a secret with all versions. Absent is `Ok`.
    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError>;
}
