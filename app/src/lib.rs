//! The operator console: pages rendered by the server, complete without JavaScript, and brought to life in the browser.
//!
//! Everything here compiles to WebAssembly except `host`, which exists on the server only and is the one door to the
//! control plane. A feature is a folder: `api.rs` with its server functions, then one file a page or panel.

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
mod routes;
mod secrets;
mod session;
mod settings;
mod shell;
mod text;
mod tokens;

pub use routes::App;
pub use shell::shell;

/// Brings the page that the server has sent to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
