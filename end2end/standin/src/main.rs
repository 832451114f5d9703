//! `atomo-standin`: a small server that keeps the contract of `atomo-server` v0.7.0, for machines that can neither build nor pull
//! the real one.
//!
//! The control plane must not be able to tell the two apart by anything it relies on: environment, boot order, exit codes, log
//! lines, tables, probes, metrics and limits are the original's, its faults included. Two things only are our own: the field
//! `standin` in `GET /version`, so that nobody takes it for the real server, and the [`faults`] that tests plant.

mod args;
mod boot;
mod config;
mod ending;
mod faults;
mod http;
mod migrate;
mod passwords;
mod platform_tables;
mod rate_limit;
mod records;
mod rls;
mod schema;
mod watcher;

use std::process::ExitCode;

use args::Args;
use boot::BootError;
use clap::Parser;
use config::{Config, Vars};
use ending::Ending;
use faults::Faults;

/// Every failure is `Error: <message>` on stderr and exit code 1, as the original's `main` has it.
fn main() -> ExitCode {
    match start(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One thread serves a whole project: hundreds of these share a machine.
fn start(args: &Args) -> Result<(), BootError> {
    let vars = Vars::load(args.config_dir.as_deref());
    let config = Config::from_vars(&vars, args)?;
    let faults = Faults::from_vars(&vars)?;
    let mut ending = Ending::hold_back().map_err(|errno| BootError::Serve(errno.into()))?;
    let drain = faults.drain;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(BootError::Serve)?;
    runtime.block_on(async {
        tokio::select! {
            ended = boot::run(config, faults) => return ended,
            () = ending.begun() => {}
        }
        // in-flight requests continue; no new connection is accepted
        tokio::time::sleep(drain).await;
        Ending::end().map_err(|errno| BootError::Serve(errno.into()))
    })
}
