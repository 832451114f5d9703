//! Secrets as `SecureString` parameters of AWS Systems Manager.
//!
//! ```text
//! /atomo/acme/jwt_secret       a secret of the project acme; /atomo is the setting SSM_PREFIX
//! /atomo/_fleet/NAME           the control plane's own
//! ```
//!
//! Invariants:
//! - A parameter is made only by a request that AWS refuses where there is one, and only after a read has said that
//!   there is none: a read that failed is an error, and nothing is written after it.
//! - Versions are those of AWS, which keeps the last hundred.
//! - What is read has to be a `SecureString`. A value stands in it as it is, unless AWS could not hold it ([`value`]).
//! - Every call has a limit of time, and is tried again where that may help (`client.rs`). No error carries what AWS says
//!   about a write: it may repeat the value.
//!
//! Which rights all this takes is in `docs/iam-policy.json`; a test holds it to the calls that are made here.

mod client;
mod fault;
mod settings;
mod store;
pub mod value;

pub use client::Patience;
pub use settings::{InvalidKmsKey, InvalidPrefix, KmsKey, Prefix, SsmSettings};
pub use store::SsmStore;
