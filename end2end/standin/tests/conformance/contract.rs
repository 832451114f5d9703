//! The contract, part by part.

mod exits;
mod limits;
mod logs;
mod metrics;
mod migrations;
mod probes;
mod watcher;
