//! One fetch: the only code that talks to other machines. It blocks, so it runs on a thread of its own, which is
//! left behind when nothing arrives any more (libgit2 has no timeout that safe code could set).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use control_plane::ports::schema_source::RepoAccess;
use git2::cert::Cert;
use git2::{
    CertificateCheckStatus, Cred, CredentialType, Error, ErrorClass, ErrorCode, FetchOptions,
    RemoteCallbacks, RemoteRedirect, Repository, RepositoryInitOptions,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::oneshot;

use crate::address::{Address, Host};
use crate::fault::{Circumstances, Fault, explain};
use crate::settings::GitTimeouts;
use crate::trust;

/// What to fetch.
#[derive(Debug, Clone)]
pub struct Job {
    /// The repository and what opens it.
    pub access: RepoAccess,
    /// Its address, taken apart and allowed.
    pub address: Address,
    /// The copy.
    pub folder: PathBuf,
}

/// What the repository said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The branch that `HEAD` names; `None` in an empty repository.
    pub default_branch: Option<String>,
}

/// How far a fetch is, seen from both sides.
#[derive(Debug, Default)]
struct Progress {
    signs_of_life: AtomicU64,
    abandoned: AtomicBool,
}

impl Progress {
    /// Notes progress. `false` when nobody waits any more.
    fn tick(&self) -> bool {
        self.signs_of_life.fetch_add(1, Ordering::Relaxed);
        !self.abandoned.load(Ordering::Relaxed)
    }
}

/// Brings the copy up to date, and gives up when nothing arrives for as long as `timeouts` say.
pub async fn fetch(job: Job, timeouts: GitTimeouts) -> Result<Contact, Fault> {
    let progress = Arc::new(Progress::default());
    let (done, mut outcome) = oneshot::channel();
    let place = job.address.place();
    let of_thread = Arc::clone(&progress);
    std::thread::Builder::new()
        .name("git-fetch".into())
        .spawn(move || done.send(fetch_blocking(&job, &of_thread)))
        .map_err(|error| Fault::Cache(format!("no thread can be started: {error}")))?;
    let mut seen = 0;
    loop {
        let limit = if seen == 0 { timeouts.connect } else { timeouts.stall };
        if let Ok(outcome) = tokio::time::timeout(limit, &mut outcome).await {
            return outcome.unwrap_or_else(|_| Err(Fault::Cache("the fetch ended unexpectedly".into())));
        }
        let now = progress.signs_of_life.load(Ordering::Relaxed);
        if now == seen {
            progress.abandoned.store(true, Ordering::Relaxed);
            return Err(Fault::Unreachable(silence(&place, limit)));
        }
        seen = now;
    }
}

fn silence(place: &str, limit: Duration) -> String {
    format!("tried {place}: nothing came back within {} s", limit.as_secs_f32())
}

fn fetch_blocking(job: &Job, progress: &Progress) -> Result<Contact, Fault> {
    let git = open_or_make(job)?;
    let attempt = Attempt::new(job, progress);
    let mut options = FetchOptions::new();
    options.remote_callbacks(attempt.callbacks()).follow_redirects(RemoteRedirect::Initial);
    let fault = |error: Error| explain(&error, &attempt.circumstances());
    let mut remote = git.remote_anonymous(&job.address.remote(&job.access.url)).map_err(fault)?;
    let wanted = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    remote.download(&wanted, Some(&mut options)).map_err(fault)?;
    let heads = remote.list().map_err(fault)?;
    let heads: Vec<_> = heads.iter().map(|head| (head.name(), head.oid())).collect();
    follow(&git, &heads).map_err(|error| Fault::Cache(error.message().to_owned()))?;
    let head = remote.default_branch().ok();
    let branch =
        head.as_ref().and_then(|name| name.as_str().ok()).and_then(|name| name.strip_prefix("refs/heads/"));
    Ok(Contact { default_branch: branch.map(str::to_owned) })
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

/// What one fetch tried, for the callbacks of libgit2 and for the explanation afterwards.
struct Attempt<'a> {
    job: &'a Job,
    progress: &'a Progress,
    offered: Cell<bool>,
    refused: Cell<bool>,
    receiving: Cell<bool>,
    untrusted: RefCell<Option<String>>,
}

impl<'a> Attempt<'a> {
    fn new(job: &'a Job, progress: &'a Progress) -> Self {
        let (offered, refused, receiving) = (Cell::new(false), Cell::new(false), Cell::new(false));
        Self { job, progress, offered, refused, receiving, untrusted: RefCell::new(None) }
    }

    fn callbacks(&self) -> RemoteCallbacks<'_> {
        let mut callbacks = RemoteCallbacks::new();
        callbacks.certificate_check(|presented, host| self.check(presented, host));
        callbacks.credentials(|_, _, kinds| self.credential(kinds));
        callbacks.sideband_progress(|_| self.progress.tick());
        callbacks.transfer_progress(|_| {
            self.receiving.set(true);
            self.progress.tick()
        });
        callbacks
    }

    fn circumstances(&self) -> Circumstances {
        Circumstances {
            place: self.job.address.place(),
            tried: self.tried(),
            untrusted: self.untrusted.borrow().clone(),
            refused: self.refused.get(),
            offered: self.offered.get(),
            receiving: self.receiving.get(),
        }
    }

    fn host(&self) -> Option<&Host> {
        match &self.job.address {
            Address::Folder(_) => None,
            Address::Https(host) | Address::Ssh(host) => Some(host),
        }
    }

    fn user(&self) -> &str {
        let named = self.host().and_then(|host| host.user.as_deref());
        named.or(self.job.access.username.as_deref()).unwrap_or("git")
    }

    fn tried(&self) -> String {
        match (&self.job.access.credential, &self.job.address) {
            (None, _) | (_, Address::Folder(_)) => "without a credential".into(),
            (Some(_), Address::Https(_)) => format!("as {} with a token", self.user()),
            (Some(_), Address::Ssh(_)) => format!("as {} with an SSH key", self.user()),
        }
    }

    /// Called once a connection, before any credential is sent over it.
    fn check(&self, presented: &Cert<'_>, host: &str) -> Result<CertificateCheckStatus, Error> {
        self.progress.tick();
        let verdict = self.verdict(presented, host.trim_matches(['[', ']']));
        verdict.map_err(|reason| {
            let error = Error::new(ErrorCode::Certificate, ErrorClass::Callback, &reason);
            *self.untrusted.borrow_mut() = Some(reason);
            error
        })
    }

    fn verdict(&self, presented: &Cert<'_>, host: &str) -> Result<CertificateCheckStatus, String> {
        let access = &self.job.access;
        let meant = self.host().map(|host| host.name.as_str()).unwrap_or_default();
        if access.credential.is_some() && !meant.eq_ignore_ascii_case(host) {
            return Err(format!(
                "it redirects to {host}, which its credential is not for; register that address"
            ));
        }
        if let Some(key) = presented.as_hostkey() {
            let key = key.hostkey().ok_or_else(|| format!("{host} presents no host key"))?;
            return trust::check_ssh(access.host_key.as_deref(), key, host)
                .map(|()| CertificateCheckStatus::CertificateOk);
        }
        match (&access.host_key, presented.as_x509()) {
            (Some(pinned), Some(certificate)) => trust::check_https(pinned, certificate.data(), host)
                .map(|()| CertificateCheckStatus::CertificateOk),
            (Some(_), None) => Err(format!("{host} presents no certificate")),
            (None, _) => Ok(CertificateCheckStatus::CertificatePassthrough),
        }
    }

    /// Wrong credentials make libgit2 ask again and again: each is offered once.
    fn credential(&self, kinds: CredentialType) -> Result<Cred, Error> {
        if kinds.contains(CredentialType::USERNAME) {
            return Cred::username(self.user());
        }
        match &self.job.access.credential {
            Some(secret) if !self.offered.replace(true) => self.offer(kinds, secret),
            _ => Err(self.give_up()),
        }
    }

    fn offer(&self, kinds: CredentialType, secret: &SecretString) -> Result<Cred, Error> {
        if kinds.contains(CredentialType::USER_PASS_PLAINTEXT)
            && matches!(self.job.address, Address::Https(_))
        {
            return Cred::userpass_plaintext(self.user(), secret.expose_secret());
        }
        if kinds.contains(CredentialType::SSH_MEMORY) {
            // Forms strip the last line's end, without which the key is not read.
            let key = SecretString::from(format!("{}\n", secret.expose_secret().trim_end()));
            return Cred::ssh_key_from_memory(self.user(), None, key.expose_secret(), None);
        }
        Err(self.give_up())
    }

    fn give_up(&self) -> Error {
        self.refused.set(true);
        Error::new(ErrorCode::Auth, ErrorClass::Callback, "the credential was not taken")
    }
}
