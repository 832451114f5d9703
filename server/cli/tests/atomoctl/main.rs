//! The program as it is run, against a server that answers as the API does.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod fake;
mod fixtures;
mod run;

mod access;
mod create;
mod exits;
mod following;
mod requests;
