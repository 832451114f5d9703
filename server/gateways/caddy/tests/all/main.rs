//! The gateway against the oldest and the newest Caddy that we drive. One program, so that the Caddys of all tests are found once.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod apply;
mod child;
mod conformance;
mod edge;
mod golden;
mod own;
mod support;
