//! Secrets as `SecureString` parameters of AWS Systems Manager.
//!
//! ```text
//! /atomo/acme/jwt_secret       a secret of the project acme; /atomo is the setting SSM_PREFIX
//! /atomo/_fleet/NAME           the control plane's own
//! ```
//!
//! Invariants:
//! - A parameter is created only by a request that AWS rejects if it exists, and only after a read found none. After a failed
//!   read nothing is written.
//! - Versions are those of AWS, which retains the last hundred.
//! - A parameter must be a `SecureString`. It contains the value unchanged, unless AWS cannot hold it ([`value`]).
//! - Every call has a time-out and is retried where that can help (`client.rs`). No error contains a message of AWS about a
//!   write: it may quote the value.
//!
//! The required IAM actions are in `docs/iam-policy.json`; a test compares them with the calls made here.

mod bounded;
mod client;
mod fault;
mod settings;
mod store;
pub mod value;

pub use client::Patience;
pub use settings::{InvalidKmsKey, InvalidPrefix, KmsKey, Prefix, SsmSettings};
pub use store::SsmStore;
