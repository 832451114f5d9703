//! `atomoctl`: the fleet from a terminal, over the HTTP API and nothing else.
//!
//! Invariants:
//! - It decides nothing that the server decides: what was typed is sent as it was typed, and the server's
//!   [`model::Problem`] is what the person reads, so page, API and command line say the same words.
//! - A secret never stands in an argument or an address. It comes from standard input, from a terminal without
//!   echo, from `ATOMO_FLEET_TOKEN`, or from a file of mode 0600.
//! - Standard output carries the result, standard error the rest. With `--json` standard output is the answer of
//!   the API, byte for byte, or for commands that wait one document of the same shape.
//! - The exit code tells the outcome; the table is in [`exit::Exit`] and at the end of `--help`.

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
