//! Commands on webhooks.

use model::{Action, NewWebhook, Problem, RepositoryId, Target};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{Webhooks, path};
use crate::registry::Event;
use crate::secrets::names::webhook_path;
use crate::{OpContext, Result, random};

/// Bytes of a secret.
const SECRET: usize = 32;

impl Webhooks<'_> {
    /// Creates the webhook of a repository, or gives the present one another secret: deliveries that are signed with the former one
    /// are refused from now on. The secret is in the answer only.
    #[tracing::instrument(skip_all, fields(repository.id = %id))]
    pub async fn create(&self, op: &OpContext, id: RepositoryId) -> Result<NewWebhook> {
        op.may(Action::RepositoryWebhook, Target::Fleet)?;
        let store = &self.0.ports.secrets;
        let (url, secret) = (self.url(id).await?, random::secret(SECRET)?);
        // the store has the secret before the row says that there is one
        store.put(&webhook_path(id), secret.clone()).await?;
        let mut change = self.0.registry.change(op).await?;
        let replaced = change.put_webhook(id, &store.reference(&webhook_path(id))).await?;
        let replaced = replaced.ok_or_else(|| Problem::not_found(format!("repository {id}")))?;
        let done = if replaced { "replaced" } else { "created" };
        let detail = json!({"url": url, "webhook": done});
        change.commit(Event { project: None, action: Action::RepositoryWebhook.into(), detail }).await?;
        Ok(NewWebhook { path: path(id), secret: secret.expose_secret().to_owned() })
    }

    /// Removes the webhook of a repository and its secret. Proposals stay. 404 if it has none.
    #[tracing::instrument(skip_all, fields(repository.id = %id))]
    pub async fn remove(&self, op: &OpContext, id: RepositoryId) -> Result<()> {
        op.may(Action::RepositoryWebhook, Target::Fleet)?;
        let url = self.url(id).await?;
        let mut change = self.0.registry.change(op).await?;
        if !change.delete_webhook(id).await? {
            return Err(Problem::not_found(format!("webhook of {url}")).into());
        }
        let detail = json!({"url": url, "webhook": "removed"});
        change.commit(Event { project: None, action: Action::RepositoryWebhook.into(), detail }).await?;
        Ok(self.0.ports.secrets.delete(&webhook_path(id)).await?)
    }

    async fn url(&self, id: RepositoryId) -> Result<String> {
        let repository = self.0.registry.repository(id).await?;
        let repository = repository.ok_or_else(|| Problem::not_found(format!("repository {id}")))?;
        Ok(repository.url.to_string())
    }
}
