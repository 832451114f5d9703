//! Repositories of schemas: registration with a credential, test, browsing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::{
    Action, CommitInfo, FieldError, Invalid, Problem, RepoPath, RepoUrl, Repository, RepositoryContents,
    RepositoryDraft, RepositoryId, Target,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::page_limit::{REPOSITORY, within};
use crate::ports::schema_source::{RepoAccess, RepoInfo};
use crate::ports::secret_store::SecretError;
use crate::registry::Event;
use crate::secrets::names::{credential_path, webhook_path};
use crate::{Inner, OpContext, Result};

/// Number of commits that the picker offers.
const COMMITS: usize = 30;
/// How long the contents of a repository are used for suggestions.
const FRESH: Duration = Duration::from_secs(15);

/// The last known contents of repositories, so that a form that suggests paths does not contact them at every keystroke.
#[derive(Default)]
pub(crate) struct ContentsCache(Mutex<HashMap<RepoUrl, (Instant, RepositoryContents)>>);

impl ContentsCache {
    fn get(&self, url: &RepoUrl) -> Option<RepositoryContents> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(url).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, contents)| contents.clone())
    }

    fn put(&self, url: RepoUrl, contents: RepositoryContents) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(url, (Instant::now(), contents));
    }
}

/// Access to the repository with its registered credential; without a credential if it is not registered.
pub(crate) async fn access(inner: &Inner, url: &RepoUrl) -> Result<RepoAccess> {
    match inner.registry.repository_by_url(url).await? {
        Some(repository) => registered_access(inner, &repository).await,
        None => Ok(RepoAccess { url: url.clone(), username: None, credential: None, host_key: None }),
    }
}

async fn registered_access(inner: &Inner, repository: &Repository) -> Result<RepoAccess> {
    let credential = if repository.credential.is_some() {
        let (store, path) = (&inner.ports.secrets, credential_path(repository.id));
        let gone = || SecretError::Gone { path: store.reference(&path), version: None };
        Some(store.get(&path, None).await?.ok_or_else(gone)?.value)
    } else {
        None
    };
    let Repository { url, username, host_key, .. } = repository.clone();
    Ok(RepoAccess { url, username, credential, host_key })
}

/// Repositories.
pub struct Repositories<'a>(&'a Inner);

impl<'a> Repositories<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// All registered repositories, by URL.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<Repository>> {
        op.may(Action::RepositoryView, Target::Fleet)?;
        Ok(self.0.registry.repositories().await?)
    }

    /// Registers a repository. Its credential is in the secret store before the row refers to it.
    #[tracing::instrument(skip_all)]
    pub async fn add(&self, op: &OpContext, draft: RepositoryDraft) -> Result<Repository> {
        op.may(Action::RepositoryAdd, Target::Fleet)?;
        let new = draft.validate()?;
        let id = RepositoryId::from(uuid::Uuid::now_v7());
        let credential = self.store_credential(id, draft.credential).await?;
        let mut change = self.0.registry.change(op).await?;
        if change.insert_repository(id, &new, credential.as_deref()).await?.is_none() {
            drop(change); // no transaction is held while the store is asked
            self.0.ports.secrets.delete(&credential_path(id)).await?;
            let message = format!("{} is registered already.", new.url);
            return Err(Problem::taken("url", message, "an address that is not registered").into());
        }
        let detail = serde_json::json!({"url": new.url, "credential": credential.is_some()});
        change.commit(Event { project: None, action: Action::RepositoryAdd.into(), detail }).await?;
        let repository = self.0.registry.repository(id).await?;
        Ok(repository.ok_or_else(|| Problem::not_found(format!("repository {id}")))?)
    }

    /// Registers a repository that was never registered before. One that an operator has removed is not registered again.
    #[tracing::instrument(skip_all)]
    pub async fn add_once(&self, op: &OpContext, draft: RepositoryDraft) -> Result<Option<Repository>> {
        let url = draft.clone().validate()?.url;
        let known = self.0.registry.repository_by_url(&url).await?.is_some();
        if known || self.0.registry.was_registered(&url).await? {
            return Ok(None);
        }
        self.add(op, draft).await.map(Some)
    }

    async fn store_credential(&self, id: RepositoryId, credential: String) -> Result<Option<String>> {
        if credential.trim().is_empty() {
            return Ok(None);
        }
        let path = credential_path(id);
        let value = SecretString::from(credential);
        if value.expose_secret().len() > model::env::MAX_VALUE {
            let fault = Invalid::new("This is too long for a token or key.", "at most 32,768 bytes");
            return Err(Problem::invalid(vec![FieldError::new("credential", fault)]).into());
        }
        self.0.ports.secrets.put(&path, value).await?;
        Ok(Some(self.0.ports.secrets.reference(&path)))
    }

    /// Removes a repository that no project uses, with its credential and the copy on this machine.
    #[tracing::instrument(skip_all)]
    pub async fn remove(&self, op: &OpContext, id: RepositoryId) -> Result<()> {
        op.may(Action::RepositoryRemove, Target::Fleet)?;
        let repository = self.get(id).await?;
        let users = self.0.registry.projects_of_repository(&repository.url).await?;
        if !users.is_empty() {
            let message = format!("{} is used by {}.", repository.url, users.join(", "));
            return Err(Problem::taken("repository", message, "a repository that no project uses").into());
        }
        let mut change = self.0.registry.change(op).await?;
        change.delete_repository(id).await?;
        let detail = serde_json::json!({"url": repository.url});
        change.commit(Event { project: None, action: Action::RepositoryRemove.into(), detail }).await?;
        self.0.ports.secrets.delete(&credential_path(id)).await?;
        self.0.ports.secrets.delete(&webhook_path(id)).await?;
        Ok(self.0.ports.schemas.forget(&repository.url).await?)
    }

    /// Contacts a repository and returns its contents.
    #[tracing::instrument(skip_all)]
    pub async fn test(&self, op: &OpContext, id: RepositoryId) -> Result<RepositoryContents> {
        op.may(Action::RepositoryBrowse, Target::Fleet)?;
        let repository = self.get(id).await?;
        let access = registered_access(self.0, &repository).await?;
        self.read_contents(access).await
    }

    /// The contents of a repository, at most [`FRESH`] old.
    #[tracing::instrument(skip_all)]
    pub async fn contents(&self, op: &OpContext, url: &RepoUrl) -> Result<RepositoryContents> {
        op.may(Action::RepositoryBrowse, Target::Fleet)?;
        if let Some(contents) = self.0.repositories.get(url) {
            return Ok(contents);
        }
        let access = access(self.0, url).await?;
        self.read_contents(access).await
    }

    /// The newest commits that changed a path.
    #[tracing::instrument(skip_all)]
    pub async fn commits(&self, op: &OpContext, url: &RepoUrl, path: &RepoPath) -> Result<Vec<CommitInfo>> {
        op.may(Action::RepositoryBrowse, Target::Fleet)?;
        let access = access(self.0, url).await?;
        let reading = self.0.ports.schemas.commits(&access, path, COMMITS);
        within(REPOSITORY, "repository", "reading the commits of the repository", reading).await
    }

    async fn read_contents(&self, access: RepoAccess) -> Result<RepositoryContents> {
        let testing = self.0.ports.schemas.test(&access);
        let doing = "reading the repository";
        let RepoInfo { default_branch, head, paths } =
            within(REPOSITORY, "repository", doing, testing).await?;
        let contents = RepositoryContents { default_branch, head, paths };
        self.0.repositories.put(access.url, contents.clone());
        Ok(contents)
    }

    async fn get(&self, id: RepositoryId) -> Result<Repository> {
        let repository = self.0.registry.repository(id).await?;
        Ok(repository.ok_or_else(|| Problem::not_found(format!("repository {id}")))?)
    }
}
