//! The program, against a fake server.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod fake;
mod fixtures;
mod run;

mod access;
mod backups;
mod create;
mod deletes;
mod exits;
mod export;
mod following;
mod gateway;
mod requests;
