//! The dashboard: pages that are rendered on the server, work without JavaScript, and are hydrated in the browser.
//!
//! Everything here compiles to WebAssembly except `call_context`, which exists on the server only and is the one file
//! that names the control plane. A feature is a folder: `api.rs` with its server functions, then one file for each page
//! or panel.

#![recursion_limit = "256"] // the type of a page is the nesting of its elements
#![expect(
    clippy::needless_pass_by_value,
    clippy::large_types_passed_by_value,
    reason = "a component owns its props, whether or not it uses them up"
)]

mod audit;
#[cfg(feature = "ssr")]
pub mod call_context;
mod components;
mod data;
mod databases;
mod error;
mod fleet;
mod frame;
mod gateway;
mod image_registries;
mod keyboard;
mod live;
mod logs;
mod operations;
mod orphans;
mod projects;
mod repositories;
mod retained_databases;
mod routes;
mod secrets;
mod session;
mod settings;
mod shell;
mod text;
mod tokens;

pub use routes::App;
pub use shell::shell;

/// Hydrates the page that the server has sent.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
