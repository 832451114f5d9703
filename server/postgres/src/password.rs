//! Passwords of roles.

use rand::distr::{Alphanumeric, SampleString as _};
use secrecy::{ExposeSecret as _, SecretString};

/// What is known of the role's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Password {
    Right,
    Wrong,
    /// Only a superuser may read what the server keeps of it.
    Unknown,
}

/// Characters of a password that we make: 62 possibilities each, so 238 bits.
const LENGTH: usize = 40;

/// A new password, of letters and digits.
pub fn random() -> SecretString {
    SecretString::from(Alphanumeric.sample_string(&mut rand::rng(), LENGTH))
}

/// What a server keeps of a password. `PASSWORD 'verifier'` sets the password without telling it.
pub fn verifier(password: &SecretString) -> String {
    postgres_protocol::password::scram_sha_256(password.expose_secret().as_bytes())
}
