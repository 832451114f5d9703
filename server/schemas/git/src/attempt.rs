//! The callbacks of one fetch: who the host is, what it is offered, and how much it may send.

use std::cell::{Cell, RefCell};

use git2::cert::Cert;
use git2::{CertificateCheckStatus, Cred, CredentialType, Error, ErrorClass, ErrorCode, RemoteCallbacks};
use secrecy::{ExposeSecret as _, SecretString};

use crate::address::{Address, Host};
use crate::fault::Circumstances;
use crate::job::{Job, Progress};
use crate::trust;

/// What one fetch tried, for the callbacks of libgit2 and for the explanation afterwards.
pub struct Attempt<'a> {
    job: &'a Job,
    progress: &'a Progress,
    offered: Cell<bool>,
    refused: Cell<bool>,
    receiving: Cell<bool>,
    untrusted: RefCell<Option<String>>,
    too_large: RefCell<Option<String>>,
}

impl<'a> Attempt<'a> {
    pub fn new(job: &'a Job, progress: &'a Progress) -> Self {
        Self {
            job,
            progress,
            offered: Cell::default(),
            refused: Cell::default(),
            receiving: Cell::default(),
            untrusted: RefCell::default(),
            too_large: RefCell::default(),
        }
    }

    pub fn callbacks(&self) -> RemoteCallbacks<'_> {
        let mut callbacks = RemoteCallbacks::new();
        callbacks.certificate_check(|presented, host| self.check(presented, host));
        callbacks.credentials(|_, _, kinds| self.credential(kinds));
        callbacks.sideband_progress(|_| self.progress.tick());
        callbacks.transfer_progress(|so_far| {
            self.receiving.set(true);
            self.is_within_limits(&so_far) && self.progress.tick()
        });
        callbacks
    }

    /// Whether objects came.
    pub fn received(&self) -> bool {
        self.receiving.get()
    }

    /// Notes which limit was passed; the answer `false` ends the transfer.
    fn is_within_limits(&self, so_far: &git2::Progress<'_>) -> bool {
        let limits = self.job.limits;
        let passed = if so_far.received_bytes() as u64 > limits.received.bytes() {
            limits.too_many_bytes()
        } else if so_far.total_objects() as u64 > u64::from(limits.objects) {
            limits.too_many_objects()
        } else {
            return true;
        };
        self.too_large.borrow_mut().get_or_insert(passed);
        false
    }

    pub fn circumstances(&self) -> Circumstances {
        Circumstances {
            place: self.job.address.place(),
            tried: self.tried(),
            untrusted: self.untrusted.borrow().clone(),
            refused: self.refused.get(),
            offered: self.offered.get(),
            receiving: self.receiving.get(),
            too_large: self.too_large.borrow().clone(),
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
