//! Passwords: argon2id, computed off the async threads, a few at a time.
//!
//! Anybody may make the server check a password, and each check takes 19 MiB. So there are never more than [`AT_ONCE`];
//! who cannot be served soon is told to come back.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use model::{Invalid, Problem, ProblemKind};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Result;

/// The shortest password.
const MIN_PASSWORD: usize = 12;
/// The longest.
const MAX_PASSWORD: usize = 1000;
/// Passwords that are worked on at once.
const AT_ONCE: usize = 4;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether it may be a password of an operator.
pub(super) fn check(password: &SecretString) -> Result<(), Invalid> {
    const ACCEPTED: &str = "12 to 1,000 characters";
    match password.expose_secret().chars().count() {
        0 => Err(Invalid::new("A password is needed.", ACCEPTED)),
        n if n < MIN_PASSWORD => Err(Invalid::new(format!("{n} characters are too few."), ACCEPTED)),
        n if n > MAX_PASSWORD => Err(Invalid::new("This is too long.", ACCEPTED)),
        _ => Ok(()),
    }
}

/// The right to work on passwords, until it is dropped.
pub(super) struct Turn(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

/// Gives out turns.
pub(super) struct Turns {
    free: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(AT_ONCE)), patience: PATIENCE }
    }
}

impl Turns {
    /// Waits for a turn; not for long.
    pub(super) async fn take(&self) -> Result<Turn> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.free).acquire_owned()).await;
        match turn {
            Ok(Ok(permit)) => Ok(Turn(permit)),
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

/// Computes for as long as it takes, also when nobody waits for it any more: the turn does not end before the work.
async fn compute<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<(T, Turn)> {
    let done = tokio::task::spawn_blocking(move || (work(), turn));
    done.await.map_err(|error| internal(&error.to_string()).into())
}

/// The hash that is kept, a PHC string.
pub(super) async fn hash(turn: Turn, password: SecretString) -> Result<String> {
    let hash = compute(turn, move || {
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|hash| hash.to_string())
    });
    hash.await?.0.map_err(|error| internal(&error.to_string()).into())
}

/// The hash that a wrong address is checked against, so that it takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody").map(|hash| hash.to_string()).unwrap_or_default()
});

/// Whether the password is that of the hash; of no hash none is. The turn comes back: it ends when the answer is known
/// to whoever counts the wrong ones.
pub(super) async fn verify(turn: Turn, password: SecretString, hash: Option<String>) -> Result<(bool, Turn)> {
    let known = hash.is_some();
    let right = compute(turn, move || {
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
        })
    });
    right.await.map(|(right, turn)| (right && known, turn))
}

#[cfg(test)]
mod tests;
