//! The API over a real registry and parts in memory, through its router: what a program sees.

mod commands;
mod creating;
mod database_servers;
mod document;
mod gateway;
mod lists;
mod people;
mod refusals;
mod secrecy;
mod streams;
pub mod support;
