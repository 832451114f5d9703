//! `atomoctl`: a client of the HTTP API.
//!
//! Invariants:
//! - It makes no decisions of the server. Input is sent as given, and the server's [`model::Problem`] is printed, so page, API
//!   and command line show the same messages.
//! - A secret is never in an argument or URL. It comes from standard input, from a prompt without echo, from
//!   `ATOMO_FLEET_TOKEN`, or from a file of mode 0600.
//! - Results go to standard output, everything else to standard error. With `--json` standard output is the API's answer
//!   unchanged, or for commands that wait, one document of the same shape.
//! - The exit code is the outcome ([`exit::Exit`], and the end of `--help`).

mod args;
mod client;
mod commands;
mod console;
mod credentials;
mod exit;
mod failure;
mod input;
mod render;
mod session;
mod wait;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::console::Console;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console::new(cli.global.json);
    match commands::run(cli, &console).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console.failure(&failure);
            failure.exit().into()
        }
    }
}
