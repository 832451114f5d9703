//! The copy of one repository, and the fetches that wait for each other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use control_plane::ports::schema_source::{RepoAccess, SourceError};
use git2::{ErrorCode, Oid, Repository};
use secrecy::ExposeSecret;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use crate::fault::{Fault, in_cache};
use crate::fetch::{self, Contact, Job};
use crate::settings::GitTimeouts;

/// What a caller wants of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// This commit; no fetch when it is there by now.
    Commit(Oid),
    /// What the repository says now.
    News,
}

/// One repository's copy.
#[derive(Debug)]
pub struct Copy {
    folder: PathBuf,
    last: Mutex<Option<Fetched>>,
}

#[derive(Debug)]
struct Fetched {
    started: Instant,
    by: [u8; 32],
    outcome: Result<Contact, Fault>,
}

impl Copy {
    /// The copy of this address below `cache_dir`; nothing is made yet.
    pub fn new(cache_dir: &Path, address: &str) -> Self {
        Self { folder: cache_dir.join(hex::encode(Sha256::digest(address))), last: Mutex::new(None) }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fetches, or shares a fetch with the same credential that began after this call. Goes on when the caller
    /// stops waiting.
    pub async fn fetch(
        self: Arc<Self>,
        job: Job,
        need: Need,
        timeouts: GitTimeouts,
    ) -> Result<Contact, Fault> {
        let asked = Instant::now();
        let task = tokio::spawn(async move {
            let mut last = self.last.lock().await;
            let by = identity(&job.access);
            if let Some(done) = last.as_ref().filter(|done| done.started >= asked && done.by == by) {
                return done.outcome.clone();
            }
            if let Need::Commit(commit) = need
                && self.holds(commit).await
            {
                return Ok(Contact { default_branch: None });
            }
            let started = Instant::now();
            let outcome = logged(job, timeouts).await;
            *last = Some(Fetched { started, by, outcome: outcome.clone() });
            outcome
        });
        task.await.unwrap_or_else(|error| Err(Fault::Cache(format!("the fetch was stopped: {error}"))))
    }

    /// Runs `work` on the copy; `None` when there is no copy yet.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Repository) -> Result<T, SourceError> + Send + 'static,
    ) -> Result<Option<T>, SourceError> {
        let folder = self.folder.clone();
        let task = tokio::task::spawn_blocking(move || match Repository::open_bare(&folder) {
            Ok(git) => work(&git).map(Some),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(in_cache(&error)),
        });
        task.await.unwrap_or_else(|error| Err(SourceError::Cache { reason: error.to_string() }))
    }

    async fn holds(&self, commit: Oid) -> bool {
        let found = self.with(move |git| Ok(git.find_commit(commit).is_ok())).await;
        matches!(found, Ok(Some(true)))
    }
}

async fn logged(job: Job, timeouts: GitTimeouts) -> Result<Contact, Fault> {
    let (url, started) = (job.access.url.clone(), Instant::now());
    let outcome = fetch::fetch(job, timeouts).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(repository.url = %url, duration_ms, fault = ?outcome.as_ref().err(), "fetched {url} in {duration_ms} ms");
    outcome
}

/// Tells whether two callers come with the same credential: one must not be told what the other's opened.
fn identity(access: &RepoAccess) -> [u8; 32] {
    let mut digest = Sha256::new();
    let credential = access.credential.as_ref().map(ExposeSecret::expose_secret);
    for part in [access.username.as_deref(), credential, access.host_key.as_deref()] {
        digest.update(part.map_or(0, |part| part.len() as u64 + 1).to_be_bytes());
        digest.update(part.unwrap_or_default());
    }
    digest.finalize().into()
}
