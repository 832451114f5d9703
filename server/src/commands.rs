//! The commands of the binary. Commands of the host attach to the registry of the data directory, whether a server runs
//! there or not. Only `serve` and `migrate` migrate an existing registry.

mod health;
mod host;
mod operator;
mod recover;
mod secrets;
mod token;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Raw};
use crate::serve::ServeArguments;
use crate::wiring::Upgrade;

/// The control plane for a portfolio of Atomo projects.
#[derive(Debug, Parser)]
#[command(name = "atomo-fleet", version, after_help = crate::config::help())]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the dashboard and the API, and reconcile the fleet
    #[command(after_help = crate::config::help())]
    Serve(ServeArguments),
    /// Migrate the registry to this program's version
    Migrate,
    /// Reconcile every project
    Reconcile(ReconcileArguments),
    /// Recover a control plane on an empty machine, from a backup of itself
    Recover(recover::Recover),
    /// Operators of the control plane
    #[command(subcommand)]
    Operator(operator::Command),
    /// API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Check whether the running server is healthy: exit code 0 if it is, else 1
    Health,
    /// The secret store
    #[command(subcommand)]
    Secrets(secrets::Command),
    /// Print the effective settings, with secrets redacted
    Config,
    /// Print the description of the HTTP API
    Openapi,
}

#[derive(Debug, Args)]
struct ReconcileArguments {
    /// Reconcile once, then exit: 0 if every project matches its desired state, else 1
    #[arg(long, required = true)]
    once: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let raw = Raw::load()?;
    let config = Config::of(&raw)?;
    match arguments.command {
        Command::Config => print(&raw.print()),
        Command::Openapi => print(&crate::api::openapi().to_pretty_json()?),
        Command::Serve(arguments) => {
            crate::telemetry::init(&config);
            crate::serve::serve(config, arguments).await?;
        }
        Command::Migrate => {
            host::with_registry(&config, Upgrade::Migrate, async |_| Ok(())).await?;
            print("The registry is at this program's version.");
        }
        Command::Reconcile(ReconcileArguments { once: _ }) => {
            crate::telemetry::init(&config);
            host::reconcile_once(&config).await?;
        }
        Command::Recover(arguments) => recover::run(&config, arguments).await?,
        Command::Health => health::run(&config).await?,
        Command::Operator(command) => operator::run(&config, command).await?,
        Command::Token(command) => token::run(&config, command).await?,
        Command::Secrets(command) => secrets::run(&config, command).await?,
    }
    Ok(())
}

/// Prints the result of a command to standard output.
#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn print(text: &str) {
    println!("{}", text.trim_end());
}
