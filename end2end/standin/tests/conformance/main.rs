//! What the control plane relies on, asked of running servers with a real Postgres.
//!
//! The cases under [`contract`] run against the stand-in and, when `ATOMO_SERVER_BIN` names one, against the real server too,
//! unchanged. Those under [`standin`] are about what only the stand-in has or promises.
//! Every test starts its own Postgres; binaries that are missing are a failure, never a skip.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod contract;
mod standin;
mod support;
