//! Image registries that releases are pulled from, each with one credential. Other image registries are used without a
//! credential.

use model::{
    Action, ImageRegistry, ImageRegistryDraft, ImageRegistryId, NewImageRegistry, Problem, ProblemKind,
    RegistryHost, Target,
};
use secrecy::SecretString;

use crate::ports::driver::{Artifact, RegistryCredential, Release};
use crate::registry::Event;
use crate::secrets::names::password_path;
use crate::{Inner, OpContext, Result};

/// The credential to pull a release with; `None` if its image registry was not added. A credential that cannot be read is an
/// error, because a pull without it would fail with a misleading message about the image.
pub(crate) async fn credential(inner: &Inner, release: &Release) -> Result<Option<RegistryCredential>> {
    let Release::Image(image) = release else { return Ok(None) };
    let host = RegistryHost::of_image(image);
    let Some(known) = inner.registry.image_registry_of(&host).await? else { return Ok(None) };
    let secret = inner.ports.secrets.get(&password_path(known.id), None).await?;
    let password = secret.ok_or_else(|| lost(&host))?.value;
    Ok(Some(RegistryCredential { username: known.username, password }))
}

fn lost(host: &RegistryHost) -> Problem {
    let detail = format!(
        "{host} was added with a credential, and the secret store has none of it. No image was pulled. Add {host} again \
         with its credential (Settings, or atomoctl image-registry add), then press Retry."
    );
    Problem {
        part: Some("secrets".into()),
        ..Problem::new(ProblemKind::Refused, "The credential of an image registry is missing", detail)
    }
}

/// Image registries.
pub struct ImageRegistries<'a>(&'a Inner);

impl<'a> ImageRegistries<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Whether the driver of this fleet runs images.
    pub fn are_asked(&self) -> bool {
        self.0.ports.driver.traits().artifact == Artifact::Image
    }

    /// All image registries, by host.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<ImageRegistry>> {
        op.may(Action::ImageRegistryView, Target::Fleet)?;
        Ok(self.0.registry.image_registries().await?)
    }

    /// Adds an image registry, or replaces the credential of the one with this host, so that a token can be rotated without an
    /// interruption. The password is in the secret store before the row refers to it.
    #[tracing::instrument(skip_all)]
    pub async fn add(&self, op: &OpContext, draft: ImageRegistryDraft) -> Result<ImageRegistry> {
        op.may(Action::ImageRegistryAdd, Target::Fleet)?;
        let new = draft.validate()?;
        let password = SecretString::from(draft.password);
        // serialized, so that concurrent changes cannot mix user name and password
        let _one = self.0.image_registry_lock.lock().await;
        let id = match self.0.registry.image_registry_of(&new.host).await? {
            Some(known) => self.replace(op, known.id, &new, password).await?,
            None => self.insert(op, &new, password).await?,
        };
        self.get(id).await
    }

    async fn insert(
        &self,
        op: &OpContext,
        new: &NewImageRegistry,
        password: SecretString,
    ) -> Result<ImageRegistryId> {
        let id = ImageRegistryId::from(uuid::Uuid::now_v7());
        let credential = self.store(id, password).await?;
        let mut change = self.0.registry.change(op).await?;
        if change.insert_image_registry(id, new, &credential).await?.is_none() {
            drop(change); // no transaction is held while the store is asked
            self.0.ports.secrets.delete(&password_path(id)).await?;
            let message = format!("{} was added by somebody else at this moment.", new.host);
            return Err(Problem::taken("host", message, "the same again, to replace their credential").into());
        }
        let detail = serde_json::json!({"host": new.host, "username": new.username, "replaced": false});
        change.commit(Event { project: None, action: Action::ImageRegistryAdd.into(), detail }).await?;
        Ok(id)
    }

    async fn replace(
        &self,
        op: &OpContext,
        id: ImageRegistryId,
        new: &NewImageRegistry,
        password: SecretString,
    ) -> Result<ImageRegistryId> {
        let credential = self.store(id, password).await?;
        let mut change = self.0.registry.change(op).await?;
        if change.replace_image_registry(id, &new.username, &credential).await?.is_none() {
            drop(change);
            // it was removed meanwhile, so its password is removed too
            self.0.ports.secrets.delete(&password_path(id)).await?;
            return Err(unknown(id).into());
        }
        let detail = serde_json::json!({"host": new.host, "username": new.username, "replaced": true});
        change.commit(Event { project: None, action: Action::ImageRegistryAdd.into(), detail }).await?;
        Ok(id)
    }

    async fn store(&self, id: ImageRegistryId, password: SecretString) -> Result<String> {
        let path = password_path(id);
        self.0.ports.secrets.put(&path, password).await?;
        Ok(self.0.ports.secrets.reference(&path))
    }

    /// Removes an image registry with its credential. Running instances stay; later pulls from there use no credential.
    #[tracing::instrument(skip_all)]
    pub async fn remove(&self, op: &OpContext, id: ImageRegistryId) -> Result<()> {
        op.may(Action::ImageRegistryRemove, Target::Fleet)?;
        let known = self.get(id).await?;
        let mut change = self.0.registry.change(op).await?;
        change.delete_image_registry(id).await?.ok_or_else(|| unknown(id))?;
        let detail = serde_json::json!({"host": known.host});
        change.commit(Event { project: None, action: Action::ImageRegistryRemove.into(), detail }).await?;
        Ok(self.0.ports.secrets.delete(&password_path(id)).await?)
    }

    async fn get(&self, id: ImageRegistryId) -> Result<ImageRegistry> {
        Ok(self.0.registry.image_registry(id).await?.ok_or_else(|| unknown(id))?)
    }
}

fn unknown(id: ImageRegistryId) -> Problem {
    Problem::not_found(format!("image registry {id}"))
}
