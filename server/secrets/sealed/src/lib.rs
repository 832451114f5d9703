//! The sealed secret store: encrypted files, for a machine without a secret service.
//!
//! ```text
//! DIR/key.fingerprint          identifies the key of this folder
//! DIR/acme/jwt_secret.1        version 1 of a secret; `DIR/_fleet/` contains those of the control plane
//! DIR/.tmp/                    files being written
//! ```
//!
//! Invariants:
//! - A version is one file, created complete by a hard link to a synced temporary file and never changed. After a crash it exists
//!   completely or not at all, and of two writers, also in two processes, exactly one succeeds.
//! - Every file is sealed with XChaCha20-Poly1305 under its name and version: a changed byte, a file moved to another name, and an
//!   old version renamed to a newer one are all [`Damaged`].
//! - The key is generated only for an empty store. A key that is missing, wrong or readable by others is an error: no value is ever
//!   generated again because it could not be read.
//!
//! Folder and key file together reveal the secrets: back them up separately.
//!
//! [`Damaged`]: control_plane::ports::secret_store::SecretError::Damaged

mod envelope;
mod folder;
mod key;
mod store;

pub use store::{SealedSettings, SealedStore};
