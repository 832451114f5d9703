//! The projects' databases on real servers: every major version on this machine.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

mod conformance;
mod copies;
mod interrupted;
mod preflight;
mod programs;
mod rights;
mod support;
mod wal_archive;
