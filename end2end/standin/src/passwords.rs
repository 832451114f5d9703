//! Password hashes of the project's users, and the administrator that the environment names.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier},
};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use thiserror::Error;

use crate::config::AdminSeed;

/// The administrator could not be seeded.
#[derive(Debug, Error)]
pub enum SeedError {
    /// The hash function refused.
    #[error("cannot hash the admin password: {0}")]
    Hash(password_hash::Error),
    /// The row could not be written.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Cheap on purpose: the accounts are test data, and hundreds of instances boot on one machine.
const MEMORY_KIB: u32 = 64;

fn hasher() -> Result<Argon2<'static>, password_hash::Error> {
    let params = Params::new(MEMORY_KIB, 1, 1, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether `password` is the one behind `hash`; an unreadable hash matches nothing.
pub fn matches(password: &str, hash: &str) -> bool {
    hasher().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), hash).is_ok())
}

/// Creates the administrator once, keyed by e-mail; changes the hash of an existing one only with `reset`.
pub async fn seed_admin(pool: &PgPool, admin: &AdminSeed) -> Result<(), SeedError> {
    let hash = hasher()
        .and_then(|argon2| argon2.hash_password(admin.password.expose_secret().as_bytes()))
        .map_err(SeedError::Hash)?
        .to_string();
    sqlx::query(
        "insert into users (email, password_hash, first_name, last_name, role)
         values ($1, $2, 'Admin', 'User', 'admin')
         on conflict (email) do update set password_hash = excluded.password_hash, updated_at = now() where $3",
    )
    .bind(&admin.email)
    .bind(hash)
    .bind(admin.reset)
    .execute(pool)
    .await?;
    Ok(())
}
