//! What the control plane needs from the world, as traits. A vendor's package implements one of them; only
//! `server/src/wiring.rs` knows which. Each port has an in-memory fake that is a real implementation
//! (`testing/`) and one conformance suite that every implementation passes unchanged (`testing/conformance/`).
//!
//! Invariants of every port:
//! - verbs that begin with `ensure_` are idempotent; to find the wished state already there is success;
//! - a thing that is absent is `Ok`, not an error;
//! - an error says what was tried; it never holds a secret; `is_transient` decides between waiting and giving up.

pub mod archive_store;
pub mod database_catalog;
pub mod database_copies;
pub mod driver;
pub mod gateway;
pub mod postgres_error;
pub mod postgres_host;
pub mod registry_database;
pub mod schema_reader;
pub mod schema_source;
pub mod secret_store;
pub mod sqlstate;
pub mod volumes;
pub mod wal_archive;

use model::Problem;

/// What every error of a port can say of itself.
pub trait Failure: std::error::Error + Send + Sync {
    /// Whether trying again later may help without anybody changing anything.
    fn is_transient(&self) -> bool;

    /// Whether all that is wrong is that no request came through the gateway: the instance itself runs and is ready.
    fn is_unreached(&self) -> bool {
        false
    }

    /// Whether something else listens where the instance should.
    fn is_address_taken(&self) -> bool {
        false
    }

    /// What the outside is told: the part by name, what was tried, what to do. No internal text, no secret.
    fn problem(&self) -> Problem;
}
