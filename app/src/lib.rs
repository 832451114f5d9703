//! The dashboard: pages that the server renders as HTML, forms that post to server functions, and one page script
//! (`script/`) that keeps an open page current. Nothing of this crate is compiled for the browser.
//!
//! A feature is a folder: `api.rs` with its reads and server functions, then one file for each page or panel. A page is an
//! async function that loads its data and returns a [`document::Document`]; `routes.rs` lists them. `call_context` is the
//! one module that names the control plane.

#![recursion_limit = "256"] // the type of a page is the nesting of its elements
#![expect(
    clippy::needless_pass_by_value,
    reason = "a component owns its props, whether or not it uses them up"
)]

mod address;
mod alerts;
mod audit;
mod backups;
pub mod call_context;
mod clones;
mod components;
mod databases;
mod deletes;
mod deploys;
mod document;
mod drift;
mod error;
mod fleet;
mod fleet_backups;
mod frame;
mod gateway;
mod html;
mod image_registries;
mod keyboard;
mod logs;
mod not_found;
mod operations;
mod orphans;
mod pipeline;
mod projects;
mod repositories;
mod retained_databases;
mod rollouts;
mod routes;
mod secrets;
mod session;
mod settings;
mod site;
mod text;
mod tokens;

pub use logs::LOG_LINES_TYPE as LOG_LINES;

pub use routes::{not_found, routes};
pub use site::{Assets, Site};
