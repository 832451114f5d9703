//! Registries that images of the server are pulled from, each with one credential. A registry that is not here is asked
//! without any.

use model::{
    Action, ImageRegistry, ImageRegistryDraft, ImageRegistryId, NewImageRegistry, Problem, ProblemKind,
    RegistryHost, Target,
};
use secrecy::SecretString;

use crate::ports::driver::{Artifact, RegistryCredential, ServerArtifact};
use crate::registry::Event;
use crate::secrets::names::password_path;
use crate::{Inner, OpContext, Result};

/// As whom the server is fetched; `None` where its registry was never added. A credential that is there and cannot be
/// read is an error: without it the registry would answer something else, and blame the image for it.
pub(crate) async fn credential(inner: &Inner, server: &ServerArtifact) -> Result<Option<RegistryCredential>> {
    let ServerArtifact::Image(image) = server else { return Ok(None) };
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

/// Registries of images.
pub struct ImageRegistries<'a>(&'a Inner);

impl<'a> ImageRegistries<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Whether instances of this fleet are made from images at all.
    pub fn are_asked(&self) -> bool {
        self.0.ports.driver.traits().artifact == Artifact::Image
    }

    /// All of them, by host.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<ImageRegistry>> {
        op.may(Action::ImageRegistryView, Target::Fleet)?;
        Ok(self.0.registry.image_registries().await?)
    }

    /// Adds one, or gives the one of this host another credential: whoever rotates a token adds the registry again, and there
    /// is no moment without a credential in between. The password goes to the secret store before the row names it.
    #[tracing::instrument(skip_all)]
    pub async fn add(&self, op: &OpContext, draft: ImageRegistryDraft) -> Result<ImageRegistry> {
        op.may(Action::ImageRegistryAdd, Target::Fleet)?;
        let new = draft.validate()?;
        let password = SecretString::from(draft.password);
        // one credential at a time: of two at once, user name and password would be mixed up
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
            // it was removed meanwhile: its password must not stay behind
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

    /// Removes one with its credential. What runs goes on; what is pulled from there is asked for without a credential.
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
