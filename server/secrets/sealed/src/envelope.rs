//! The content of a sealed file: format mark, random nonce, sealed value. Pure, apart from the nonce.

use chacha20poly1305::aead::{Aead as _, Generate as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use control_plane::ports::secret_store::SecretPath;
use zeroize::Zeroizing;

/// The first bytes of every sealed file.
const MAGIC: &[u8; 8] = b"ATOMOS1\n";
const NONCE_BYTES: usize = 24;

/// Secret and version of a sealed value. They are authenticated with the value, so a sealed value opens only in its own
/// place.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The secret.
    pub path: &'a SecretPath,
    /// Its version.
    pub version: u32,
}

impl Place<'_> {
    /// Unambiguous, because `@` occurs in no path.
    fn associated_data(self) -> Vec<u8> {
        format!("{}@{}", self.path, self.version).into_bytes()
    }
}

/// Seals and opens values.
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// A sealer with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// The sealed value; fails if the operating system provides no random bytes.
    pub fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>, String> {
        let nonce = XNonce::try_generate().map_err(|error| error.to_string())?;
        let payload = Payload { msg: value, aad: &place.associated_data() };
        let sealed =
            self.0.encrypt(&nonce, payload).map_err(|_| "the value is too long to be sealed".to_owned())?;
        Ok([MAGIC.as_slice(), &nonce, &sealed].concat())
    }

    /// The value; `None` if the bytes were not sealed with this key for this place.
    pub fn open(&self, place: Place<'_>, file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let rest = file.strip_prefix(MAGIC)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        let payload = Payload { msg: sealed, aad: &place.associated_data() };
        self.0.decrypt(&nonce, payload).ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests;
