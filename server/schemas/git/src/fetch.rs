//! One fetch: the only code that talks to other machines. It blocks, so it runs on a thread of its own, which is
//! left behind when nothing arrives any more (libgit2 has no timeout that safe code could set). While such a thread
//! lives, the copy is not fetched again (`cache.rs`).

use std::collections::{HashMap, HashSet};
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use git2::{Error, FetchOptions, RemoteRedirect, Repository, RepositoryInitOptions};
use tokio::sync::oneshot;

use crate::address::Address;
use crate::attempt::Attempt;
use crate::fault::{Fault, explain};
use crate::job::{Job, Progress};
use crate::objects;
use crate::settings::GitTimeouts;

/// Counts the threads of all fetches, those that were left behind included.
#[derive(Debug, Clone, Default)]
pub struct Threads(Arc<()>);

/// Threads of fetches that may live at the same time.
const MAX_THREADS: usize = 64;

/// A thread that was left behind.
#[derive(Debug)]
pub struct LeftBehind {
    thread: Weak<()>,
    since: Instant,
}

impl LeftBehind {
    /// For how long the thread has been alone; `None` when it has ended by now.
    pub fn silent_for(&self) -> Option<Duration> {
        (self.thread.strong_count() > 0).then(|| self.since.elapsed())
    }
}

/// What the repository said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The branch that `HEAD` names; `None` in an empty repository.
    pub default_branch: Option<String>,
}

/// Brings the copy up to date, and gives up when nothing arrives for as long as `timeouts` say; then `left` is the
/// thread that it could not end.
pub async fn fetch(
    job: Job,
    timeouts: GitTimeouts,
    threads: &Threads,
    left: &mut Option<LeftBehind>,
) -> Result<Contact, Fault> {
    if Arc::strong_count(&threads.0) > MAX_THREADS {
        let reason = format!("tried {}: {MAX_THREADS} fetches are under way already", job.address.place());
        return Err(Fault::Unreachable(reason));
    }
    let (counted, alive) = (threads.clone(), Arc::new(()));
    let thread = Arc::downgrade(&alive);
    let progress = Arc::new(Progress::default());
    let (done, mut outcome) = oneshot::channel();
    let place = job.address.place();
    let of_thread = Arc::clone(&progress);
    std::thread::Builder::new()
        .name("git-fetch".into())
        .spawn(move || {
            let _ = done.send(fetch_blocking(&job, &of_thread));
            drop((counted, alive));
        })
        .map_err(|error| Fault::Cache(format!("no thread can be started: {error}")))?;
    let mut seen = 0;
    loop {
        let limit = if seen == 0 { timeouts.connect } else { timeouts.stall };
        if let Ok(outcome) = tokio::time::timeout(limit, &mut outcome).await {
            return outcome.unwrap_or_else(|_| Err(Fault::Cache("the fetch ended unexpectedly".into())));
        }
        let now = progress.signs_of_life();
        if now == seen {
            progress.abandon();
            *left = Some(LeftBehind { thread, since: Instant::now() });
            return Err(Fault::Unreachable(silence(&place, limit)));
        }
        seen = now;
    }
}

fn silence(place: &str, limit: Duration) -> String {
    format!("tried {place}: nothing came back within {} s", limit.as_secs_f32())
}

/// What a failed fetch has brought is removed: the folder where it is new, else the packs that came.
fn fetch_blocking(job: &Job, progress: &Progress) -> Result<Contact, Fault> {
    let is_new = !job.folder.exists();
    let before = packs(&job.folder);
    let outcome = update(job, progress);
    if outcome.is_err() && is_new {
        let _ = fs::remove_dir_all(&job.folder);
    } else if outcome.is_err() {
        for file in packs(&job.folder).difference(&before) {
            let _ = fs::remove_file(file);
        }
    }
    outcome
}

fn update(job: &Job, progress: &Progress) -> Result<Contact, Fault> {
    if let Address::Folder(folder) = &job.address
        && let Ok(source) = Repository::open(folder)
    {
        // libgit2 reads the commits of a folder in this process, before anything is sent
        objects::survey(&source, job.limits, || progress.tick())?;
    }
    let git = open_or_make(job)?;
    let attempt = Attempt::new(job, progress);
    let mut options = FetchOptions::new();
    options.remote_callbacks(attempt.callbacks()).follow_redirects(RemoteRedirect::Initial);
    let fault = |error: Error| explain(&error, &attempt.circumstances());
    let mut remote = git.remote_anonymous(&job.address.remote(&job.access.url)).map_err(fault)?;
    let wanted = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    remote.download(&wanted, Some(&mut options)).map_err(fault)?;
    if attempt.received() {
        objects::survey(&git, job.limits, || progress.tick())?;
    }
    let heads = remote.list().map_err(fault)?;
    let heads: Vec<_> = heads.iter().map(|head| (head.name(), head.oid())).collect();
    follow(&git, &heads).map_err(|error| Fault::Cache(error.message().to_owned()))?;
    let head = remote.default_branch().ok();
    let branch =
        head.as_ref().and_then(|name| name.as_str().ok()).and_then(|name| name.strip_prefix("refs/heads/"));
    Ok(Contact { default_branch: branch.map(str::to_owned) })
}

/// The packs of a copy.
fn packs(folder: &Path) -> HashSet<PathBuf> {
    let files = fs::read_dir(folder.join("objects/pack")).into_iter().flatten();
    files.filter_map(|file| Some(file.ok()?.path())).collect()
}

fn open_or_make(job: &Job) -> Result<Repository, Fault> {
    let fault = |error: &Error| Fault::Cache(format!("{}: {}", job.folder.display(), error.message()));
    let git =
        Repository::open_bare(&job.folder).or_else(|_| make(&job.folder)).map_err(|error| fault(&error))?;
    forget_broken(&git).map_err(|error| fault(&error))?;
    Ok(git)
}

/// Makes an empty copy, also over what a crash left half made.
fn make(folder: &Path) -> Result<Repository, Error> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::from_str(&error.to_string()))?;
    let mut options = RepositoryInitOptions::new();
    Repository::init_opts(folder, options.bare(true).external_template(false))
}

/// Removes names whose objects were lost: the host would be told that we have them, and not send them.
fn forget_broken(git: &Repository) -> Result<(), Error> {
    for reference in git.references()? {
        let mut reference = reference?;
        if reference.target().is_some_and(|id| git.odb().is_ok_and(|objects| !objects.exists(id))) {
            reference.delete()?;
        }
    }
    Ok(())
}

/// Makes branches and tags of the copy those of the repository. What is gone goes first: a branch `a` that became
/// `a/b` could not be written otherwise. The commits stay.
fn follow(git: &Repository, heads: &[(&str, git2::Oid)]) -> Result<(), Error> {
    let is_name = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
    let wanted = heads.iter().filter(|(name, _)| is_name(name) && !name.ends_with("^{}"));
    let wanted: HashMap<&str, git2::Oid> = wanted.copied().collect();
    for reference in git.references()? {
        let mut reference = reference?;
        if reference.name().is_ok_and(|name| is_name(name) && !wanted.contains_key(name)) {
            reference.delete()?;
        }
    }
    for (name, id) in wanted {
        if git.refname_to_id(name).ok() != Some(id) {
            git.reference(name, id, true, "fetch")?;
        }
    }
    Ok(())
}
