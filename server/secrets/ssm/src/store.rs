//! The port, implemented with five calls of AWS.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use control_plane::ports::secret_store::{
    Secret, SecretError, SecretMeta, SecretPath, SecretReader, SecretScope, SecretStore,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::{Lazy, Patience};
use crate::settings::SsmSettings;
use crate::value;

mod calls;

/// Number of reads while AWS is inconsistent about the existence of a parameter.
const LOOKS: u32 = 6;
/// Number of versions that AWS retains.
const KEPT: u32 = 100;

/// The store. Cheap to clone and to create: the first call contacts AWS.
#[derive(Clone)]
pub struct SsmStore(Arc<Inner>);

struct Inner {
    settings: SsmSettings,
    aws: Lazy,
}

/// Whether a write may create a new version of an existing parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overwrite {
    /// No; AWS rejects it.
    Never,
    /// Yes.
    Yes,
    /// Yes, and the request is not retried.
    Once,
}

/// The outcome of a write that may not overwrite.
enum Written {
    Version(u32),
    AlreadyThere,
}

impl SsmStore {
    /// A store with region, endpoint and credentials of the environment.
    pub fn new(settings: SsmSettings) -> Self {
        Self::made(settings, None)
    }

    /// A store with a loaded AWS configuration.
    pub fn over(settings: SsmSettings, config: SdkConfig) -> Self {
        Self::made(settings, Some(config))
    }

    fn made(settings: SsmSettings, config: Option<SdkConfig>) -> Self {
        let aws = Lazy::new(settings.patience, config);
        Self(Arc::new(Inner { settings, aws }))
    }
}

impl Inner {
    fn fits(&self, path: &SecretPath, secret: &SecretString) -> Result<(), SecretError> {
        let bytes = value::encode(secret.expose_secret()).len();
        if bytes <= value::MOST {
            return Ok(());
        }
        Err(SecretError::TooLong { path: self.settings.prefix.name(path), bytes, most: value::MOST })
    }

    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError> {
        const DOING: &str = "keeping a secret";
        for look in 0..LOOKS {
            if let Some(kept) = self.get(DOING, path, None).await? {
                return Ok(kept);
            }
            if let Written::Version(version) = self.write(DOING, path, &value, Overwrite::Never).await? {
                return Ok(Secret { value, version });
            }
            // another writer was faster, and AWS is not consistent everywhere at once
            tokio::time::sleep(pause(look)).await;
        }
        Err(unseen(DOING, path))
    }

    async fn put(&self, path: &SecretPath, value: &SecretString) -> Result<u32, SecretError> {
        const DOING: &str = "writing a secret";
        match self.write(DOING, path, value, Overwrite::Yes).await? {
            Written::Version(version) => Ok(version),
            Written::AlreadyThere => Err(unseen(DOING, path)),
        }
    }

    /// AWS numbers versions itself: lower numbers are filled with the same value. Each write is followed by a read, so
    /// that a write whose answer was lost is not repeated.
    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError> {
        const DOING: &str = "importing a secret";
        for look in 0.. {
            let newest = self.get(DOING, path, None).await?.map_or(0, |kept| kept.version);
            if newest >= secret.version {
                return self.compare(DOING, path, secret, newest).await;
            }
            let overwrite = if newest == 0 { Overwrite::Never } else { Overwrite::Once };
            match self.write(DOING, path, &secret.value, overwrite).await? {
                Written::Version(version) if version == secret.version => return Ok(()),
                Written::Version(_) => {}
                Written::AlreadyThere if look < LOOKS => tokio::time::sleep(pause(look)).await,
                Written::AlreadyThere => return Err(unseen(DOING, path)),
            }
        }
        Ok(())
    }

    async fn compare(
        &self,
        doing: &'static str,
        path: &SecretPath,
        secret: &Secret,
        newest: u32,
    ) -> Result<(), SecretError> {
        match self.get(doing, path, Some(secret.version)).await? {
            Some(kept) if kept.value.expose_secret() == secret.value.expose_secret() => Ok(()),
            None if newest - secret.version >= KEPT => Ok(()),
            _ => Err(SecretError::Differs { path: self.settings.prefix.name(path), version: secret.version }),
        }
    }

    async fn write(
        &self,
        doing: &'static str,
        path: &SecretPath,
        value: &SecretString,
        overwrite: Overwrite,
    ) -> Result<Written, SecretError> {
        self.fits(path, value)?;
        let (aws, name) = (self.aws.get(doing).await?, self.name(doing, path)?);
        let call = self.call(doing, "ssm:PutParameter", &name);
        let request = self.put_request(aws, &name, value, overwrite != Overwrite::Never).customize();
        let request = match overwrite {
            Overwrite::Once => request.config_override(Patience::once()),
            Overwrite::Never | Overwrite::Yes => request,
        };
        match request.send().await {
            Ok(answer) => {
                let version = u32::try_from(answer.version()).ok().filter(|version| *version > 0);
                version.map(Written::Version).ok_or_else(|| call.incomplete(aws, "the version"))
            }
            Err(error) => match error.as_service_error() {
                Some(PutParameterError::ParameterAlreadyExists(_)) => Ok(Written::AlreadyThere),
                _ => Err(call.failed(aws, &error)),
            },
        }
    }
}

fn pause(look: u32) -> Duration {
    Duration::from_millis(u64::from(50_u32 << look.min(5)) + rand::random_range(0..50))
}

fn unseen(doing: &'static str, path: &SecretPath) -> SecretError {
    SecretError::Away { doing, reason: format!("{path} is there by one answer of AWS and not by the next") }
}

#[async_trait]
impl SecretReader for SsmStore {
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError> {
        self.0.get("reading a secret", path, version).await
    }

    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError> {
        self.0.list(scope).await
    }

    async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError> {
        self.0.history(path).await
    }

    fn reference(&self, path: &SecretPath) -> String {
        format!("ssm:{}", self.0.settings.prefix.name(path))
    }
}

#[async_trait]
impl SecretStore for SsmStore {
    /// Whether the parameters can be listed. Only a write shows whether writing is allowed.
    async fn probe(&self) -> Result<String, SecretError> {
        self.0.probe().await
    }

    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError> {
        self.0.ensure(path, value).await
    }

    async fn put(&self, path: &SecretPath, value: SecretString) -> Result<u32, SecretError> {
        self.0.put(path, &value).await
    }

    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError> {
        self.0.import(path, secret).await
    }

    fn fits(&self, path: &SecretPath, value: &SecretString) -> Result<(), SecretError> {
        self.0.fits(path, value)
    }

    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError> {
        self.0.delete(path).await
    }
}
