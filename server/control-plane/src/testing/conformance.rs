//! One suite a port. Each is a list of facts that any implementation must show; they take a fixture that makes the
//! implementation under test and the means to disturb it, and they panic with the fact that does not hold.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a conformance suite is test code that lives in the library"
)]
#![expect(clippy::missing_panics_doc, reason = "every suite panics with the fact that does not hold")]

pub mod archive_store;
pub mod driver;
pub mod gateway;
pub mod postgres_host;
pub mod schema_mirror;
pub mod schema_source;
pub mod secret_store;
pub mod volumes;
