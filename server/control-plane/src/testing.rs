//! In-memory parts that are real implementations, and the conformance suites that every implementation passes.

pub mod address;
pub mod archive_store;
pub mod conformance;
pub mod database_copies;
pub mod driver;
pub mod gateway;
pub mod instance;
pub mod job;
pub mod postgres_host;
pub mod registry_database;
pub mod schema_source;
pub mod secret_store;
pub mod volumes;
