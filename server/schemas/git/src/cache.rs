//! The copy of one repository, and the fetches that wait for each other.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use control_plane::ports::schema_source::{RepoAccess, SourceError};
use git2::{ErrorCode, Oid, Repository};
use secrecy::ExposeSecret;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, Semaphore};

use crate::fault::{Fault, in_cache};
use crate::fetch::{self, Contact, LeftBehind, Threads};
use crate::job::Job;
use crate::objects;
use crate::settings::GitTimeouts;
use crate::work::Work;

/// Copies that are read at the same time.
const READERS: usize = 4;
/// After so long a host is contacted again although a thread still waits for its last answer: it may be another by now.
const SILENCE: Duration = Duration::from_secs(600);

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
    shared: Arc<Shared>,
    state: Mutex<State>,
}

/// What bounds the work on all copies of a source together.
#[derive(Debug)]
pub struct Shared {
    /// Turns of reading: threads that nothing but themselves can end.
    readers: Arc<Semaphore>,
    threads: Threads,
}

impl Default for Shared {
    fn default() -> Self {
        Self { readers: Arc::new(Semaphore::new(READERS)), threads: Threads::default() }
    }
}

#[derive(Debug, Default)]
struct State {
    last: Option<Fetched>,
    left: Option<LeftBehind>,
}

#[derive(Debug)]
struct Fetched {
    started: Instant,
    by: [u8; 32],
    outcome: Result<Contact, Fault>,
}

impl Copy {
    /// The copy of this address below `cache_dir`; nothing is made yet.
    pub fn new(cache_dir: &Path, address: &str, shared: Arc<Shared>) -> Self {
        let folder = cache_dir.join(hex::encode(Sha256::digest(address)));
        Self { folder, shared, state: Mutex::default() }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fetches, or shares a fetch with the same credential that began after this call. Goes on when the caller
    /// stops waiting. While a thread waits for a host that fell silent, the host counts as unreachable at once.
    pub async fn fetch(
        self: Arc<Self>,
        job: Job,
        need: Need,
        timeouts: GitTimeouts,
    ) -> Result<Contact, Fault> {
        let asked = Instant::now();
        let task = tokio::spawn(async move {
            let mut state = self.state.lock().await;
            let by = identity(&job.access);
            if let Some(done) = state.last.as_ref().filter(|done| done.started >= asked && done.by == by) {
                return done.outcome.clone();
            }
            if let Need::Commit(commit) = need
                && self.holds(commit).await
            {
                return Ok(Contact { default_branch: None });
            }
            let silent = state.left.as_ref().and_then(LeftBehind::silent_for);
            if let Some(silent) = silent.filter(|silent| *silent < SILENCE) {
                let (place, seconds) = (job.address.place(), silent.as_secs());
                let reason = format!("{place} has not answered an earlier fetch, given up {seconds} s ago");
                return Err(Fault::Unreachable(reason));
            }
            let started = Instant::now();
            let outcome = logged(job, timeouts, &self.shared.threads, &mut state.left).await;
            state.last = Some(Fetched { started, by, outcome: outcome.clone() });
            outcome
        });
        task.await.unwrap_or_else(|error| Err(Fault::Cache(format!("the fetch was stopped: {error}"))))
    }

    /// Runs `read` on the copy; `None` when there is no copy yet. It ends at its budget, and when the caller stops
    /// waiting.
    pub async fn with<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Repository, &Work) -> Result<T, SourceError> + Send + 'static,
    ) -> Result<Option<T>, SourceError> {
        let stopped = |reason: String| SourceError::Cache { reason };
        let turn = Arc::clone(&self.shared.readers).acquire_owned();
        let turn = turn.await.map_err(|error| stopped(error.to_string()))?;
        let folder = self.folder.clone();
        let (work, _cancel_on_drop) = Work::new();
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            match Repository::open_bare(&folder) {
                Ok(git) => read(&git, &work).map(Some),
                Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
                Err(error) => Err(in_cache(&error)),
            }
        });
        task.await.unwrap_or_else(|error| Err(stopped(error.to_string())))
    }

    /// Removes the copy, after the fetch that is under way. Absent is `Ok`.
    pub async fn remove(&self) -> Result<(), SourceError> {
        let mut state = self.state.lock().await;
        state.last = None;
        match tokio::fs::remove_dir_all(&self.folder).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let reason = format!("removing {}: {error}", self.folder.display());
                Err(SourceError::Cache { reason })
            }
            _ => Ok(()),
        }
    }

    async fn holds(&self, commit: Oid) -> bool {
        let found = self.with(move |git, work| Ok(objects::commit(git, work, commit).is_ok())).await;
        matches!(found, Ok(Some(true)))
    }
}

async fn logged(
    job: Job,
    timeouts: GitTimeouts,
    threads: &Threads,
    left: &mut Option<LeftBehind>,
) -> Result<Contact, Fault> {
    let (url, started) = (job.access.url.clone(), Instant::now());
    let outcome = fetch::fetch(job, timeouts, threads, left).await;
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
