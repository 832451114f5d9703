//! Passwords: argon2id, computed off the async threads.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use model::{Invalid, Problem, ProblemKind};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Result;

/// The shortest password.
const MIN_PASSWORD: usize = 12;

/// Whether it may be a password of an operator.
pub(super) fn check(password: &SecretString) -> Result<(), Invalid> {
    const ACCEPTED: &str = "12 to 1,000 characters";
    match password.expose_secret().chars().count() {
        0 => Err(Invalid::new("A password is needed.", ACCEPTED)),
        n if n < MIN_PASSWORD => Err(Invalid::new(format!("{n} characters are too few."), ACCEPTED)),
        n if n > 1000 => Err(Invalid::new("This is too long.", ACCEPTED)),
        _ => Ok(()),
    }
}

fn internal(reason: &str) -> Problem {
    tracing::error!(reason, "password hash");
    Problem::new(
        ProblemKind::Internal,
        "The password could not be checked",
        "Nothing was changed. Try again.",
    )
}

/// The hash that is kept, a PHC string.
pub(super) async fn hash(password: SecretString) -> Result<String> {
    let hash = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.expose_secret().as_bytes()).map(|hash| hash.to_string())
    });
    match hash.await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(error)) => Err(internal(&error.to_string()).into()),
        Err(error) => Err(internal(&error.to_string()).into()),
    }
}

/// The hash that a wrong address is checked against, so that it takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody").map(|hash| hash.to_string()).unwrap_or_default()
});

/// Whether the password is that of the hash; of no hash none is.
pub(super) async fn verify(password: SecretString, hash: Option<String>) -> Result<bool> {
    let known = hash.is_some();
    let verified = tokio::task::spawn_blocking(move || {
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
        })
    });
    verified.await.map(|right| right && known).map_err(|error| internal(&error.to_string()).into())
}
