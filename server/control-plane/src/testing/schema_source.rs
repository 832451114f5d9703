//! The in-memory schema source: repositories as lists of commits, with a cache that outlives their absence.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use model::{CommitInfo, CommitSha, RepoPath, RepoUrl};
use secrecy::ExposeSecret;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use crate::ports::schema_source::{
    MAX_SCHEMA_BYTES, RepoAccess, RepoInfo, SchemaFile, SchemaSource, SourceError,
};

#[cfg(test)]
mod tests;

/// What stands at a path. Folders come from the paths themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File(Vec<u8>),
    /// A symbolic link to this path.
    Link(String),
    /// Another repository.
    Submodule,
}

impl Entry {
    /// A file with this text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::File(text.into().into_bytes())
    }
}

/// A name for a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefName<'a> {
    /// A branch.
    Branch(&'a str),
    /// A tag.
    Tag(&'a str),
}

type Tree = BTreeMap<String, Entry>;

#[derive(Debug, Clone)]
struct Commit {
    info: CommitInfo,
    tree: Tree,
}

/// A repository's commits, oldest first; the branch `main` is at the last one.
#[derive(Debug, Clone, Default)]
struct Repository {
    commits: Vec<Commit>,
    names: Vec<(String, CommitSha)>,
    credential: Option<String>,
    away: bool,
    /// How many of the commits are in the cache.
    fetched: usize,
}

/// A source whose repositories are made by tests.
#[derive(Debug, Clone, Default)]
pub struct MemorySource {
    repositories: Arc<Mutex<HashMap<RepoUrl, Repository>>>,
}

impl MemorySource {
    /// A source without repositories.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes an empty repository, or leaves the one at this address as it is.
    pub fn add(&self, url: &RepoUrl) {
        self.lock().entry(url.clone()).or_default();
    }

    /// Adds a commit that holds exactly this tree to the branch `main`; makes the repository where it is missing.
    pub fn commit(&self, url: &RepoUrl, message: &str, tree: &[(&str, Entry)]) -> CommitSha {
        let mut all = self.lock();
        let repository = all.entry(url.clone()).or_default();
        let seed = format!("{url} {} {message}", repository.commits.len());
        let sha: CommitSha = hex::encode(&Sha256::digest(seed)[..20])
            .parse()
            .unwrap_or_else(|_| unreachable!("20 bytes in hex are a commit id"));
        let info = CommitInfo {
            sha: sha.clone(),
            summary: message.lines().next().unwrap_or_default().to_owned(),
            author: "A Tester".into(),
            at: OffsetDateTime::now_utc(),
        };
        let tree = tree.iter().map(|(path, entry)| ((*path).to_owned(), entry.clone())).collect();
        repository.commits.push(Commit { info, tree });
        sha
    }

    /// Names a commit.
    pub fn name(&self, url: &RepoUrl, name: RefName<'_>, commit: &CommitSha) {
        let (RefName::Branch(name) | RefName::Tag(name)) = name;
        if let Some(repository) = self.lock().get_mut(url) {
            repository.names.push((name.to_owned(), commit.clone()));
        }
    }

    /// From now on only this token opens the repository.
    pub fn require(&self, url: &RepoUrl, token: &str) {
        self.change(url, |repository| repository.credential = Some(token.to_owned()));
    }

    /// From now on the repository cannot be reached.
    pub fn take_away(&self, url: &RepoUrl) {
        self.change(url, |repository| repository.away = true);
    }

    /// Undoes [`MemorySource::take_away`].
    pub fn give_back(&self, url: &RepoUrl) {
        self.change(url, |repository| repository.away = false);
    }

    fn change(&self, url: &RepoUrl, change: impl FnOnce(&mut Repository)) {
        if let Some(repository) = self.lock().get_mut(url) {
            change(repository);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RepoUrl, Repository>> {
        self.repositories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a fetch does: everything is in the cache afterwards.
    fn fetch(&self, access: &RepoAccess) -> Result<Repository, SourceError> {
        let unreachable =
            |reason: &str| SourceError::Unreachable { url: access.url.clone(), reason: reason.into() };
        let mut all = self.lock();
        let repository = all.get_mut(&access.url).ok_or_else(|| unreachable("there is no repository"))?;
        if repository.away {
            return Err(unreachable("it was taken away by a test"));
        }
        let given = access.credential.as_ref().map(ExposeSecret::expose_secret);
        if repository.credential.is_some() && repository.credential.as_deref() != given {
            let tried = if given.is_some() { "with a token" } else { "without a credential" };
            return Err(SourceError::Refused { url: access.url.clone(), tried: tried.into() });
        }
        repository.fetched = repository.commits.len();
        Ok(repository.clone())
    }

    fn cached(&self, url: &RepoUrl, commit: &CommitSha) -> Option<Commit> {
        let all = self.lock();
        let repository = all.get(url)?;
        repository.commits[..repository.fetched].iter().find(|kept| kept.info.sha == *commit).cloned()
    }
}

impl Repository {
    fn find(&self, commit: &CommitSha) -> Option<&Commit> {
        self.commits.iter().find(|kept| kept.info.sha == *commit)
    }

    fn changed(&self, index: usize, path: &str) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.commits[before].tree.get(path));
        self.commits[index].tree.get(path) != before
    }

    /// All commits that a name may mean.
    fn meanings(&self, name: &str) -> Vec<&CommitSha> {
        let head =
            self.commits.last().map(|commit| &commit.info.sha).filter(|_| matches!(name, "main" | "HEAD"));
        let named = self.names.iter().filter(|(known, _)| known == name).map(|(_, sha)| sha);
        let shas = self.commits.iter().map(|commit| &commit.info.sha);
        let by_id = shas.filter(|sha| name.len() >= 4 && sha.as_str().starts_with(name));
        let mut all: Vec<_> = head.into_iter().chain(named).chain(by_id).collect();
        all.sort();
        all.dedup();
        all
    }
}

impl Commit {
    fn read(&self, path: &RepoPath) -> Result<SchemaFile, SourceError> {
        let wrong = |reason: &str| SourceError::Path { path: path.clone(), reason: reason.into() };
        let unusable = |reason: String| SourceError::Content { path: path.clone(), reason };
        let bytes = match self.tree.get(path.as_str()) {
            Some(Entry::File(bytes)) => bytes,
            Some(Entry::Link(_)) => return Err(wrong("it is a symbolic link")),
            Some(Entry::Submodule) => return Err(wrong("it is a submodule")),
            None if self.tree.keys().any(|key| is_below(key, path.as_str())) => {
                return Err(wrong("it is a folder"));
            }
            None => return Err(wrong(&format!("it is not in commit {}", self.info.sha.short()))),
        };
        if bytes.len() as u64 > MAX_SCHEMA_BYTES {
            return Err(unusable(format!("it has {} bytes, more than {MAX_SCHEMA_BYTES}", bytes.len())));
        }
        let text = str::from_utf8(bytes).map_err(|error| unusable(format!("it is not UTF-8: {error}")))?;
        let sha256 = hex::encode(Sha256::digest(text));
        Ok(SchemaFile { commit: self.info.clone(), text: text.to_owned(), sha256 })
    }
}

fn is_schema(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "ts")
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[async_trait]
impl SchemaSource for MemorySource {
    async fn test(&self, repo: &RepoAccess) -> Result<RepoInfo, SourceError> {
        let repository = self.fetch(repo)?;
        let head = repository.commits.last();
        let files = head.into_iter().flat_map(|head| &head.tree);
        let files = files.filter(|(path, entry)| is_schema(path) && matches!(entry, Entry::File(_)));
        Ok(RepoInfo {
            default_branch: head.map(|_| "main".into()),
            head: head.map(|head| head.info.sha.clone()),
            paths: files.filter_map(|(path, _)| path.parse().ok()).take(500).collect(),
        })
    }

    async fn read(
        &self,
        repo: &RepoAccess,
        path: &RepoPath,
        commit: &CommitSha,
    ) -> Result<SchemaFile, SourceError> {
        if let Some(cached) = self.cached(&repo.url, commit) {
            return cached.read(path);
        }
        let unknown = || SourceError::UnknownCommit { url: repo.url.clone(), commit: commit.clone() };
        self.fetch(repo)?.find(commit).ok_or_else(unknown)?.read(path)
    }

    async fn commits(
        &self,
        repo: &RepoAccess,
        path: &RepoPath,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, SourceError> {
        let repository = self.fetch(repo)?;
        let newest_first = (0..repository.commits.len()).rev();
        let changed = newest_first.filter(|index| repository.changed(*index, path.as_str()));
        Ok(changed.take(limit).map(|index| repository.commits[index].info.clone()).collect())
    }

    async fn resolve(&self, repo: &RepoAccess, name: &str) -> Result<Option<CommitSha>, SourceError> {
        let repository = self.fetch(repo)?;
        match repository.meanings(name).as_slice() {
            [only] => Ok(Some((*only).clone())),
            _ => Ok(None),
        }
    }
    async fn forget(&self, url: &RepoUrl) -> Result<(), SourceError> {
        self.change(url, |repository| repository.fetched = 0);
        Ok(())
    }

    /// It keeps no copies apart.
    async fn prune(&self, _: &[RepoUrl], _: Duration) -> Result<usize, SourceError> {
        Ok(0)
    }
}
