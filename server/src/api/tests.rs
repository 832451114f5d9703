//! The API through its router, over a real registry and in-memory parts.

mod audit;
mod commands;
mod creating;
mod database_servers;
mod document;
mod edits;
mod gateway;
mod lists;
mod logging;
mod people;
mod planning;
mod refusals;
mod roles;
mod secrecy;
mod streams;
pub mod support;
