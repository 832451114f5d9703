//! A Postgres, a server, and both together.

pub mod bench;
mod binaries;
mod postgres;
pub mod server;
