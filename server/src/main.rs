//! `atomo-fleet`: the composition root. Reads the settings, wires the parts, serves. No business rules.

#![recursion_limit = "512"] // the types of whole pages are laid out here

mod api;
mod commands;
mod config;
mod data_dir;
mod http_server;
mod local;
mod middleware;
mod notify;
mod router;
mod serve;
mod session_store;
mod shutdown;
mod state;
mod telemetry;
mod wiring;

use clap::Parser as _;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = commands::Arguments::parse();
    // reqwest and sqlx use rustls, which needs one process-wide crypto provider
    let _ = rustls::crypto::ring::default_provider().install_default();
    match commands::run(arguments).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atomo-fleet: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
