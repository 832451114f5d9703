//! Keeping secrets.

use std::fmt;

use async_trait::async_trait;
use model::ProjectId;
use secrecy::SecretString;
use time::OffsetDateTime;

mod error;

pub use error::SecretError;

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

/// Reading secrets.
#[async_trait]
pub trait SecretReader: Send + Sync + 'static {
    /// The secret in its newest or in a given version; `None` when it is not there.
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError>;

    /// All secrets of a scope by name.
    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError>;

    /// Every version that is still kept, the oldest first; empty when there is none.
    async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError>;

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

    /// Keeps a secret under the number that it has in another store; versions are imported in ascending order. When that
    /// version is there already: `Ok` with the same value or when it is too old to be kept, else
    /// [`SecretError::Differs`]. Versions before it that were never imported may be absent or read as the same value.
    /// Interrupted anywhere, it can be called again; not meant for two writers at once.
    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError>;

    /// Whether the store could hold the value, without asking it: [`SecretError::TooLong`] when not.
    fn fits(&self, path: &SecretPath, value: &SecretString) -> Result<(), SecretError>;

    /// Removes it with all its versions. Absent is `Ok`.
    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError>;
}
