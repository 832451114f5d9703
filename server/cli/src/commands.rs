//! The commands, one file for each noun: request and output.

mod alert;
mod approval;
mod audit;
mod backup;
mod backup_policy;
mod database_server;
mod deploy;
mod drift;
mod fleet;
mod fleet_backup;
mod follow;
mod gateway;
mod image_registry;
mod list;
mod login;
mod made_from;
mod operation;
mod orphan;
mod project;
mod repository;
mod retained;
mod rollout;
mod secret;
mod token;

use clap::CommandFactory;
use time::OffsetDateTime;

use crate::args::{Cli, Command};
use crate::console::Console;
use crate::failure::Failure;
use crate::session::Session;

/// Runs the command.
pub async fn run(cli: Cli, console: &Console) -> Result<(), Failure> {
    let open = || Session::open(&cli.global, *console);
    match cli.command {
        Command::Project(command) => project::run(&open()?, command).await,
        Command::Secret(command) => secret::run(&open()?, command).await,
        Command::Repository(command) => repository::run(&open()?, command).await,
        Command::ImageRegistry(command) => image_registry::run(&open()?, command).await,
        Command::Backup(command) => backup::run(&open()?, command).await,
        Command::Deploy(command) => deploy::run(&open()?, command).await,
        Command::Rollout(command) => rollout::run(&open()?, command).await,
        Command::Approval(command) => approval::run(&open()?, command).await,
        Command::Drift(command) => drift::run(&open()?, command).await,
        Command::Alert(command) => alert::run(&open()?, command).await,
        Command::Operation(command) => operation::run(&open()?, command).await,
        Command::Fleet(command) => fleet::run(&open()?, command).await,
        Command::Audit(command) => audit::run(&open()?, command).await,
        Command::Token(command) => token::run(&open()?, command).await,
        Command::Gateway(command) => gateway::run(&open()?, command).await,
        Command::DatabaseServer(command) => database_server::run(&open()?, command).await,
        Command::Retained(command) => retained::run(&open()?, command).await,
        Command::Orphan(command) => orphan::run(&open()?, command).await,
        Command::Login(args) => login::log_in(&cli.global, *console, args).await,
        Command::Logout => login::log_out(&cli.global, *console).await,
        Command::Completions { shell } => completions(shell, *console),
    }
}

fn completions(shell: clap_complete::Shell, console: Console) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "atomoctl", &mut script);
    console.line(&String::from_utf8_lossy(&script))
}

/// The reference of relative times.
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
