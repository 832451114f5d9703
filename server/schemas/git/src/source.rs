//! The port on top of the copies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::schema_source::{RepoAccess, RepoInfo, SchemaFile, SchemaSource, SourceError};
use git2::Oid;
use model::{CommitInfo, CommitSha, RepoPath, RepoUrl};

use crate::address::Address;
use crate::cache::{Copy, Need, Shared};
use crate::fault::{Fault, in_cache};
use crate::fetch::Contact;
use crate::job::Job;
use crate::settings::GitSettings;
use crate::{history, prune, tree};

/// How many paths a test of a repository shows.
const MAX_PATHS: usize = 500;

/// Schemas from git repositories. Cheap to clone; clones share their fetches.
#[derive(Debug, Clone)]
pub struct GitSource(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: GitSettings,
    shared: Arc<Shared>,
    copies: Mutex<HashMap<RepoUrl, Arc<Copy>>>,
}

impl GitSource {
    /// A source with these settings. Contacts and makes nothing yet.
    pub fn new(settings: GitSettings) -> Self {
        Self(Arc::new(Inner { settings, shared: Arc::default(), copies: Mutex::default() }))
    }

    fn copy(&self, url: &RepoUrl) -> Arc<Copy> {
        let mut copies = self.0.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = copies.entry(url.clone());
        let new = || Copy::new(&self.0.settings.cache_dir, url.as_str(), Arc::clone(&self.0.shared));
        Arc::clone(copy.or_insert_with(|| Arc::new(new())))
    }

    fn address(&self, url: &RepoUrl) -> Result<Address, Fault> {
        Address::of(url, &self.0.settings.allowed_folders)
    }

    async fn fetch(&self, repo: &RepoAccess, need: Need) -> Result<Contact, SourceError> {
        let address = self.address(&repo.url).map_err(|fault| fault.about(&repo.url))?;
        let copy = self.copy(&repo.url);
        let GitSettings { timeouts, limits, .. } = self.0.settings;
        let job = Job { access: repo.clone(), address, folder: copy.folder().to_owned(), limits };
        copy.fetch(job, need, timeouts).await.map_err(|fault| fault.about(&repo.url))
    }

    /// A folder that is not allowed any more is not read from its copy either; one that is away is.
    fn check_allowed(&self, url: &RepoUrl) -> Result<(), SourceError> {
        match self.address(url) {
            Err(fault @ Fault::NotAllowed(_)) => Err(fault.about(url)),
            _ => Ok(()),
        }
    }

    async fn cached(
        &self,
        url: &RepoUrl,
        path: &RepoPath,
        commit: &CommitSha,
    ) -> Result<Option<SchemaFile>, SourceError> {
        let (path, commit) = (path.clone(), commit.clone());
        self.copy(url).with(move |git, work| tree::read(git, work, &path, &commit)).await.map(Option::flatten)
    }
}

#[async_trait]
impl SchemaSource for GitSource {
    async fn test(&self, repo: &RepoAccess) -> Result<RepoInfo, SourceError> {
        let Contact { default_branch } = self.fetch(repo, Need::News).await?;
        let (copy, branch) = (self.copy(&repo.url), default_branch.clone());
        let seen = copy.with(move |git, work| {
            let tip = branch.and_then(|branch| history::tip(git, work, &branch));
            let Some(head) = tip else { return Ok(None) };
            let paths = tree::paths(git, work, head.id(), ".ts", MAX_PATHS);
            let paths = paths.map_err(|error| in_cache(&error))?;
            Ok(head.id().to_string().parse().ok().map(|head: CommitSha| (head, paths)))
        });
        let (head, paths) = seen.await?.flatten().unzip();
        Ok(RepoInfo { default_branch, head, paths: paths.unwrap_or_default() })
    }

    async fn read(
        &self,
        repo: &RepoAccess,
        path: &RepoPath,
        commit: &CommitSha,
    ) -> Result<SchemaFile, SourceError> {
        self.check_allowed(&repo.url)?;
        if let Some(file) = self.cached(&repo.url, path, commit).await? {
            return Ok(file);
        }
        let unknown = || SourceError::UnknownCommit { url: repo.url.clone(), commit: commit.clone() };
        let id = Oid::from_str(commit.as_str()).map_err(|_| unknown())?;
        self.fetch(repo, Need::Commit(id)).await?;
        self.cached(&repo.url, path, commit).await?.ok_or_else(unknown)
    }

    async fn commits(
        &self,
        repo: &RepoAccess,
        path: &RepoPath,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, SourceError> {
        let contact = self.fetch(repo, Need::News).await?;
        let (copy, path) = (self.copy(&repo.url), path.clone());
        let found = copy.with(move |git, work| {
            let tip = contact.default_branch.and_then(|branch| history::tip(git, work, &branch));
            let Some(head) = tip else { return Ok(Vec::new()) };
            history::commits(git, work, &head, &path, limit).map_err(|error| in_cache(&error))
        });
        Ok(found.await?.unwrap_or_default())
    }

    async fn resolve(&self, repo: &RepoAccess, name: &str) -> Result<Option<CommitSha>, SourceError> {
        let contact = self.fetch(repo, Need::News).await?;
        let (copy, name) = (self.copy(&repo.url), name.to_owned());
        let found = copy
            .with(move |git, work| Ok(history::resolve(git, work, &name, contact.default_branch.as_deref())));
        Ok(found.await?.flatten())
    }

    async fn forget(&self, url: &RepoUrl) -> Result<(), SourceError> {
        let copy = self.copy(url);
        copy.remove().await?;
        self.0.copies.lock().unwrap_or_else(PoisonError::into_inner).remove(url);
        Ok(())
    }

    async fn prune(&self, keep: &[RepoUrl], unnamed: Duration) -> Result<usize, SourceError> {
        let folder = |url: &RepoUrl| Some(self.copy(url).folder().file_name()?.to_str()?.to_owned());
        let (keep, cache_dir) = (keep.iter().filter_map(folder).collect(), self.0.settings.cache_dir.clone());
        let pruning = tokio::task::spawn_blocking(move || prune::prune(&cache_dir, &keep, unnamed));
        let fault = |reason: String| SourceError::Cache { reason };
        pruning.await.map_err(|error| fault(error.to_string()))?.map_err(|error| fault(error.to_string()))
    }
}
