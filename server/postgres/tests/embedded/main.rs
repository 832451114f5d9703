//! A cluster of our own: made, adopted, recovered and stopped, with every major version on this machine.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

mod lifecycle;
mod recovery;
mod refusals;
mod registry;
mod support;
