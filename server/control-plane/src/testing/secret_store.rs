//! The in-memory secret store, with switches for its failures.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use time::OffsetDateTime;

use crate::ports::secret_store::{
    Secret, SecretError, SecretMeta, SecretPath, SecretReader, SecretScope, SecretStore,
};

#[cfg(test)]
mod tests;

/// The present behaviour of the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// It works.
    #[default]
    Well,
    /// It does not answer: every call is [`SecretError::Away`].
    Away,
    /// Stored values cannot be opened: their use is [`SecretError::Damaged`].
    Damaged,
}

#[derive(Debug, Clone)]
struct Version {
    value: SecretString,
    written_at: OffsetDateTime,
}

#[derive(Debug, Default)]
struct Inner {
    mood: Mood,
    most: Option<usize>,
    secrets: BTreeMap<SecretPath, Vec<Version>>,
}

/// A secret store that lives as long as its last clone.
#[derive(Debug, Clone)]
pub struct MemorySecrets {
    word: &'static str,
    inner: Arc<Mutex<Inner>>,
}

impl Default for MemorySecrets {
    fn default() -> Self {
        Self::named("memory")
    }
}

impl MemorySecrets {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store whose references begin with another word.
    pub fn named(word: &'static str) -> Self {
        Self { word, inner: Arc::default() }
    }

    /// The store holds no value from now on that is longer than this.
    pub fn hold_at_most(&self, bytes: usize) {
        self.lock().most = Some(bytes);
    }

    /// Changes how every clone behaves from now on; what is kept stays as it is.
    pub fn set_mood(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, doing: &'static str) -> Result<MutexGuard<'_, Inner>, SecretError> {
        let inner = self.lock();
        match inner.mood {
            Mood::Away => {
                Err(SecretError::Away { doing, reason: "the store was taken away by a test".into() })
            }
            Mood::Well | Mood::Damaged => Ok(inner),
        }
    }
}

impl Inner {
    /// The secret in a version, the newest where none is named.
    fn secret(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError> {
        let Some(versions) = self.secrets.get(path) else { return Ok(None) };
        let number = version.unwrap_or_else(|| count(versions));
        let kept =
            usize::try_from(number).ok().and_then(|n| n.checked_sub(1)).and_then(|at| versions.get(at));
        match kept {
            Some(_) if self.mood == Mood::Damaged => Err(SecretError::Damaged { path: path.to_string() }),
            Some(kept) => Ok(Some(Secret { value: kept.value.clone(), version: number })),
            None => Ok(None),
        }
    }

    fn fits(&self, path: &SecretPath, value: &SecretString) -> Result<(), SecretError> {
        let bytes = value.expose_secret().len();
        match self.most {
            Some(most) if bytes > most => Err(SecretError::TooLong { path: path.to_string(), bytes, most }),
            _ => Ok(()),
        }
    }

    fn add(&mut self, path: &SecretPath, value: SecretString) -> u32 {
        let versions = self.secrets.entry(path.clone()).or_default();
        versions.push(Version { value, written_at: OffsetDateTime::now_utc() });
        count(versions)
    }
}

fn count(versions: &[Version]) -> u32 {
    u32::try_from(versions.len()).unwrap_or(u32::MAX)
}

#[async_trait]
impl SecretReader for MemorySecrets {
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError> {
        self.open("reading a secret")?.secret(path, version)
    }

    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError> {
        let inner = self.open("listing secrets")?;
        let of_scope = inner.secrets.iter().filter(|(path, _)| path.scope == *scope);
        Ok(of_scope
            .map(|(path, versions)| SecretMeta {
                name: path.name.clone(),
                version: count(versions),
                changed_at: versions.last().map(|version| version.written_at),
            })
            .collect())
    }

    async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError> {
        let inner = self.open("reading the versions of a secret")?;
        let newest = inner.secrets.get(path).map_or(0, |versions| count(versions));
        (1..=newest).filter_map(|version| inner.secret(path, Some(version)).transpose()).collect()
    }

    fn reference(&self, path: &SecretPath) -> String {
        format!("{}:{path}", self.word)
    }
}

#[async_trait]
impl SecretStore for MemorySecrets {
    async fn probe(&self) -> Result<String, SecretError> {
        self.open("trying the store").map(|_| "in memory".into())
    }

    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError> {
        let mut inner = self.open("keeping a secret")?;
        if let Some(kept) = inner.secret(path, None)? {
            return Ok(kept);
        }
        inner.fits(path, &value)?;
        let version = inner.add(path, value.clone());
        Ok(Secret { value, version })
    }

    async fn put(&self, path: &SecretPath, value: SecretString) -> Result<u32, SecretError> {
        let mut inner = self.open("writing a secret")?;
        inner.fits(path, &value)?;
        Ok(inner.add(path, value))
    }

    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError> {
        let mut inner = self.open("importing a secret")?;
        inner.fits(path, &secret.value)?;
        match inner.secret(path, Some(secret.version))? {
            Some(kept) if kept.value.expose_secret() == secret.value.expose_secret() => Ok(()),
            Some(_) => Err(SecretError::Differs { path: path.to_string(), version: secret.version }),
            None => {
                while inner.add(path, secret.value.clone()) < secret.version {}
                Ok(())
            }
        }
    }

    fn fits(&self, path: &SecretPath, value: &SecretString) -> Result<(), SecretError> {
        self.lock().fits(path, value)
    }

    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError> {
        self.open("deleting a secret")?.secrets.remove(path);
        Ok(())
    }
}
