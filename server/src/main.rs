//! `atomo-fleet`: the composition root. Reads the settings, wires the parts, serves. No business rules.

#![recursion_limit = "512"] // the types of whole pages are laid out here

mod api;
mod commands;
mod config;
mod data_dir;
mod front_end;
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
mod webhooks;
mod wiring;

use clap::Parser as _;
use control_plane::registry::RegistryError;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code when another control plane reconciles the registry (`EX_UNAVAILABLE`). A service manager must not
/// restart the process: it would take over unannounced when the other control plane is stopped.
const LED_BY_ANOTHER: u8 = 69;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = commands::Arguments::parse();
    // reqwest and sqlx use rustls, which needs one process-wide crypto provider
    let _ = rustls::crypto::ring::default_provider().install_default();
    match commands::run(arguments).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atomo-fleet: {error:#}");
            exit_code(&error)
        }
    }
}

fn exit_code(error: &anyhow::Error) -> std::process::ExitCode {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<RegistryError>());
    if causes.any(|cause| matches!(cause, RegistryError::Led(_))) {
        return LED_BY_ANOTHER.into();
    }
    std::process::ExitCode::FAILURE
}
