//! Passwords: argon2id, computed off the async threads with bounded concurrency.
//!
//! Anonymous callers can trigger a password check, and each check takes 19 MiB. So at most [`AT_ONCE`] run; a caller
//! that would wait too long is told to try again.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use model::{Invalid, Problem, ProblemKind};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Result;

/// Minimum length of a password.
const MIN_PASSWORD: usize = 12;
/// Maximum length of a password.
const MAX_PASSWORD: usize = 1000;
/// Maximum number of concurrent hash computations.
const AT_ONCE: usize = 4;
/// Maximum wait for a permit.
const PATIENCE: Duration = Duration::from_secs(5);

/// Validates a new password.
pub(super) fn check(password: &SecretString) -> Result<(), Invalid> {
    const ACCEPTED: &str = "12 to 1,000 characters";
    match password.expose_secret().chars().count() {
        0 => Err(Invalid::new("A password is needed.", ACCEPTED)),
        n if n < MIN_PASSWORD => Err(Invalid::new(format!("{n} characters are too few."), ACCEPTED)),
        n if n > MAX_PASSWORD => Err(Invalid::new("This is too long.", ACCEPTED)),
        _ => Ok(()),
    }
}

/// A permit for hash computations, until it is dropped.
pub(super) struct HashPermit(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

/// The permits.
pub(super) struct HashPermits {
    free: Arc<Semaphore>,
    patience: Duration,
}

impl Default for HashPermits {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(AT_ONCE)), patience: PATIENCE }
    }
}

impl HashPermits {
    /// Waits for a permit, for [`PATIENCE`] at most.
    pub(super) async fn take(&self) -> Result<HashPermit> {
        let permit = tokio::time::timeout(self.patience, Arc::clone(&self.free).acquire_owned()).await;
        match permit {
            Ok(Ok(permit)) => Ok(HashPermit(permit)),
            Ok(Err(_)) | Err(_) => Err(busy().into()),
        }
    }
}

fn busy() -> Problem {
    let detail =
        "Nothing was changed. Too many others are logging in at this moment. Try again in some seconds.";
    let problem = Problem::new(ProblemKind::TooMany, "The server is busy with other log-ins", detail);
    Problem { retry_after_s: Some(5), ..problem }
}

fn internal(reason: &str) -> Problem {
    tracing::error!(reason, "password hash");
    Problem::new(
        ProblemKind::Internal,
        "The password could not be checked",
        "Nothing was changed. Try again.",
    )
}

/// Computes off the async threads. The permit is held until the work is done, even if the caller is cancelled.
async fn compute<T: Send + 'static>(
    permit: HashPermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<(T, HashPermit)> {
    let done = tokio::task::spawn_blocking(move || (work(), permit));
    done.await.map_err(|error| internal(&error.to_string()).into())
}

/// The hash to store, as PHC string.
pub(super) async fn hash(permit: HashPermit, password: SecretString) -> Result<String> {
    let hash = compute(permit, move || {
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|hash| hash.to_string())
    });
    hash.await?.0.map_err(|error| internal(&error.to_string()).into())
}

/// A hash for unknown addresses, so that their check takes as long as that of a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody").map(|hash| hash.to_string()).unwrap_or_default()
});

/// Whether the password matches the hash; `None` matches nothing. Returns the permit, which the caller holds until it
/// has counted a failure.
pub(super) async fn verify(
    permit: HashPermit,
    password: SecretString,
    hash: Option<String>,
) -> Result<(bool, HashPermit)> {
    let known = hash.is_some();
    let right = compute(permit, move || {
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
        })
    });
    right.await.map(|(right, permit)| (right && known, permit))
}

#[cfg(test)]
mod tests;
