//! The sealed secret store: encrypted files for a machine without a secret service.
//!
//! ```text
//! DIR/key.fingerprint          which key sealed this folder
//! DIR/acme/jwt_secret.1        a secret's first version; `DIR/_fleet/` holds the control plane's own
//! DIR/.tmp/                    files being written
//! ```
//!
//! Invariants:
//! - A version is one file that appears whole under its name, by a hard link to a synced temporary file, and is never
//!   changed: a crash leaves it there or not there, and of two writers, also in two processes, exactly one wins.
//! - Every file is sealed with XChaCha20-Poly1305 under the name and version it belongs to: a changed byte, a file
//!   moved to another name, and an old version renamed to a newer one are all [`Damaged`].
//! - The key is made only for a store that holds nothing. A key that is missing, wrong or open to others is an error:
//!   no value is ever regenerated because it could not be read.
//!
//! Whoever reads both the folder and the key file reads the secrets: keep the key out of the backups of the folder.
//!
//! [`Damaged`]: control_plane::ports::secret_store::SecretError::Damaged

mod envelope;
mod folder;
mod key;
mod store;

pub use store::{SealedSettings, SealedStore};
