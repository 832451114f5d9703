//! The port, implemented on folder and key.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::secret_store::{
    Secret, SecretError, SecretMeta, SecretPath, SecretReader, SecretScope, SecretStore,
};
use secrecy::{ExposeSecret as _, SecretString};
use time::OffsetDateTime;

use crate::envelope::Place;
use crate::folder::{Created, Folder};
use crate::key::{self, SealingKey};

/// The location of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSettings {
    /// The folder of the sealed files; created if absent, mode 0700.
    pub dir: PathBuf,
    /// The key file; generated if it and all secrets are absent, mode 0600. Better outside of `dir`.
    pub key_file: PathBuf,
}

/// The sealed store. Cheap to clone. Several processes may open it at once.
#[derive(Clone)]
pub struct SealedStore(Arc<Inner>);

struct Inner {
    settings: SealedSettings,
    folder: Folder,
    key: SealingKey,
}

impl SealedStore {
    /// Opens the store. [`SecretError::Key`] names the fault of the key and the remedy.
    pub async fn open(settings: SealedSettings) -> Result<Self, SecretError> {
        const DOING: &str = "opening the folder";
        blocking(DOING, move || {
            let folder = Folder::open(&settings.dir).map_err(|error| away(DOING, &settings.dir, &error))?;
            let key = key::open(&settings.key_file, &folder)?;
            Ok(Self(Arc::new(Inner { settings, folder, key })))
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Inner) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let inner = Arc::clone(&self.0);
        blocking(doing, move || work(&inner)).await
    }
}

impl Inner {
    fn read(&self, place: Place<'_>) -> Result<Option<Secret>, SecretError> {
        const DOING: &str = "reading a secret";
        let file = self.file(place, DOING)?;
        let sealed = match std::fs::read(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            sealed => sealed.map_err(|error| away(DOING, &file, &error))?,
        };
        let opened = self.key.sealer.open(place, &sealed);
        let text = opened.as_ref().and_then(|bytes| str::from_utf8(bytes).ok());
        let text = text.ok_or_else(|| SecretError::Damaged { path: place.path.to_string() })?;
        Ok(Some(Secret { value: SecretString::from(text), version: place.version }))
    }

    /// The newest version. A version that vanishes between listing and reading was deleted: list again.
    fn newest(&self, path: &SecretPath) -> Result<Option<Secret>, SecretError> {
        while let Some(version) = self.newest_version(path, "reading a secret")? {
            if let Some(secret) = self.read(Place { path, version })? {
                return Ok(Some(secret));
            }
        }
        Ok(None)
    }

    fn newest_version(&self, path: &SecretPath, doing: &'static str) -> Result<Option<u32>, SecretError> {
        let versions = self.folder.versions(path).map_err(|error| away(doing, self.folder.root(), &error))?;
        Ok(versions.last().copied())
    }

    fn create(&self, place: Place<'_>, value: &SecretString) -> Result<Created, SecretError> {
        const DOING: &str = "writing a secret";
        let file = self.file(place, DOING)?;
        let sealed = self.key.sealer.seal(place, value.expose_secret().as_bytes());
        let sealed = sealed.map_err(|reason| SecretError::Away { doing: DOING, reason })?;
        self.folder.create(&file, &sealed).map_err(|error| away(DOING, &file, &error))
    }

    fn ensure(&self, path: &SecretPath, value: &SecretString) -> Result<Secret, SecretError> {
        loop {
            if let Some(kept) = self.newest(path)? {
                return Ok(kept);
            }
            if self.create(Place { path, version: 1 }, value)? == Created::Now {
                return Ok(Secret { value: value.clone(), version: 1 });
            }
        }
    }

    fn put(&self, path: &SecretPath, value: &SecretString) -> Result<u32, SecretError> {
        loop {
            let version = self.newest_version(path, "writing a secret")?.unwrap_or(0).saturating_add(1);
            if self.create(Place { path, version }, value)? == Created::Now {
                return Ok(version);
            }
        }
    }

    fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError> {
        const DOING: &str = "reading the versions of a secret";
        let versions = self.folder.versions(path).map_err(|error| away(DOING, self.folder.root(), &error))?;
        versions.into_iter().filter_map(|version| self.read(Place { path, version }).transpose()).collect()
    }

    fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError> {
        let place = Place { path, version: secret.version };
        if self.create(place, &secret.value)? == Created::Now {
            return Ok(());
        }
        match self.read(place)? {
            Some(kept) if kept.value.expose_secret() == secret.value.expose_secret() => Ok(()),
            _ => Err(SecretError::Differs { path: path.to_string(), version: secret.version }),
        }
    }

    /// Deletes oldest versions first, so that after a crash the newest remaining one is still the newest.
    fn delete(&self, path: &SecretPath) -> Result<(), SecretError> {
        const DOING: &str = "deleting a secret";
        let failed = |error: std::io::Error| away(DOING, self.folder.root(), &error);
        for version in self.folder.versions(path).map_err(failed)? {
            Folder::remove(&self.file(Place { path, version }, DOING)?).map_err(failed)?;
        }
        self.folder.sync(&path.scope).map_err(failed)
    }

    fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError> {
        let kept =
            self.folder.kept(scope).map_err(|error| away("listing secrets", self.folder.root(), &error))?;
        let mut all: Vec<SecretMeta> = Vec::new();
        for kept in kept {
            let changed_at = std::fs::metadata(&kept.file).and_then(|meta| meta.modified()).ok();
            let meta = SecretMeta {
                name: kept.name,
                version: kept.version,
                changed_at: changed_at.map(OffsetDateTime::from),
            };
            match all.last_mut() {
                Some(last) if last.name == meta.name => *last = meta,
                _ => all.push(meta),
            }
        }
        Ok(all)
    }

    /// Checks the present key file, and seals, writes, reads and opens a value.
    fn probe(&self) -> Result<String, SecretError> {
        const DOING: &str = "trying the store";
        let SealedSettings { dir, key_file } = &self.settings;
        let gone = || format!("{} is missing. Put it back: the next start needs it.", key_file.display());
        let key = key::read(key_file)?.ok_or_else(|| SecretError::Key { reason: gone() })?;
        if key.fingerprint != self.key.fingerprint {
            let reason =
                format!("{} is another key than at the start. Put the former one back.", key_file.display());
            return Err(SecretError::Key { reason });
        }
        let path = SecretPath::fleet("probe");
        let place = Place { path: &path, version: 0 };
        let sealed = self.key.sealer.seal(place, b"probe");
        let sealed = sealed.map_err(|reason| SecretError::Away { doing: DOING, reason })?;
        let back = self.folder.round_trip(&sealed).map_err(|error| away(DOING, dir, &error))?;
        match self.key.sealer.open(place, &back) {
            Some(_) => Ok(format!("sealed files in {}, key {}", dir.display(), self.key.fingerprint)),
            None => Err(SecretError::Damaged { path: dir.display().to_string() }),
        }
    }

    fn file(&self, place: Place<'_>, doing: &'static str) -> Result<PathBuf, SecretError> {
        let no_name =
            || SecretError::Away { doing, reason: format!("{} is not the path of a secret", place.path) };
        self.folder.file(place.path, place.version).ok_or_else(no_name)
    }
}

#[async_trait]
impl SecretReader for SealedStore {
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError> {
        let path = path.clone();
        self.run("reading a secret", move |inner| match version {
            Some(version) => inner.read(Place { path: &path, version }),
            None => inner.newest(&path),
        })
        .await
    }

    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError> {
        let scope = scope.clone();
        self.run("listing secrets", move |inner| inner.list(&scope)).await
    }

    async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError> {
        let path = path.clone();
        self.run("reading the versions of a secret", move |inner| inner.history(&path)).await
    }

    fn reference(&self, path: &SecretPath) -> String {
        format!("sealed:{path}")
    }
}

#[async_trait]
impl SecretStore for SealedStore {
    async fn probe(&self) -> Result<String, SecretError> {
        self.run("trying the store", Inner::probe).await
    }

    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError> {
        let path = path.clone();
        self.run("keeping a secret", move |inner| inner.ensure(&path, &value)).await
    }

    async fn put(&self, path: &SecretPath, value: SecretString) -> Result<u32, SecretError> {
        let path = path.clone();
        self.run("writing a secret", move |inner| inner.put(&path, &value)).await
    }

    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError> {
        let (path, secret) = (path.clone(), secret.clone());
        self.run("importing a secret", move |inner| inner.import(&path, &secret)).await
    }

    /// A file holds any value.
    fn fits(&self, _: &SecretPath, _: &SecretString) -> Result<(), SecretError> {
        Ok(())
    }

    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError> {
        let path = path.clone();
        self.run("deleting a secret", move |inner| inner.delete(&path)).await
    }
}

async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    let stopped = |error: tokio::task::JoinError| SecretError::Away { doing, reason: error.to_string() };
    tokio::task::spawn_blocking(work).await.map_err(stopped)?
}

fn away(doing: &'static str, place: &Path, error: &std::io::Error) -> SecretError {
    SecretError::Away { doing, reason: format!("{}: {error}", place.display()) }
}
