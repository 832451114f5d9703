//! The source against real repositories: folders, an `https` server with credentials and a CA of its own, closed ports.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

mod bounds;
mod file;
mod https;
mod prune;
mod repository;
mod unreachable;
