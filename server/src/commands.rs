//! The commands of the binary. Those that work on the registry attach to that of the data directory, whether a server
//! runs on it or not, and leave it as they found it: only `migrate` brings one that is older to this program's version.

mod health;
mod host;
mod operator;
mod secrets;
mod token;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Raw};
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
    /// Serve the dashboard and the API, and keep the fleet as it should be.
    #[command(after_help = crate::config::help())]
    Serve(ServeArguments),
    /// Bring the registry to this program's version.
    Migrate,
    /// Look at every project and make it match.
    Reconcile(ReconcileArguments),
    /// People who log in to the control plane.
    #[command(subcommand)]
    Operator(operator::Command),
    /// Tokens for programs.
    #[command(subcommand)]
    Token(token::Command),
    /// Ask the running server of these settings whether it can serve: 0 when it can, else 1.
    Health,
    /// Where secrets are kept.
    #[command(subcommand)]
    Secrets(secrets::Command),
    /// Print the settings as they take effect, secrets redacted.
    Config,
    /// Print the description of the HTTP API.
    Openapi,
}

/// Arguments of `serve`.
#[derive(Debug, Clone, Copy, Args)]
pub struct ServeArguments {
    /// Also stop instances and Caddy at the end when Postgres is an external server; with the embedded one they are
    /// stopped anyway. A Caddy that `ATOMO_FLEET_CADDY_ADMIN` names is never stopped.
    #[arg(long)]
    pub stop_all: bool,
}

#[derive(Debug, Args)]
struct ReconcileArguments {
    /// Once, then end: 0 when every project is as it should be, else 1.
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
        Command::Health => health::run(&config).await?,
        Command::Operator(command) => operator::run(&config, command).await?,
        Command::Token(command) => token::run(&config, command).await?,
        Command::Secrets(command) => secrets::run(&config, command).await?,
    }
    Ok(())
}

/// Prints to standard output, which belongs to the answer of a command.
#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn print(text: &str) {
    println!("{}", text.trim_end());
}
