//! What may be typed. Ids that become part of an address are checked here; what is only sent is checked by the
//! server alone, which reports all wrong fields together and knows what to suggest.

mod edge;
mod follow;
mod project;
mod registry;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use edge::{FleetEdgeArgs, ProjectEdgeArgs, list};
pub use follow::{Follow, Paging};
pub use project::{ActArgs, CreateArgs, EditArgs, ProjectCommand};
pub use registry::{
    AuditCommand, DatabaseServerCommand, FleetCommand, GatewayCommand, ImageRegistryCommand, KeptCommand,
    OperationCommand, OrphanCommand, RepositoryCommand, SecretCommand, TokenCommand,
};

use crate::exit;

const AFTER_HELP: &str = "\
Environment:
  ATOMO_FLEET_URL    the server, when --url is not given (http://127.0.0.1:3000)
  ATOMO_FLEET_TOKEN  the token; without it, that of the last: atomoctl login
  SSL_CERT_FILE      certificates to trust instead of the machine's, for a server with a private CA";

/// Runs a fleet of Atomo projects from the terminal.
#[derive(Debug, Parser)]
#[command(name = "atomoctl", version, after_help = format!("{AFTER_HELP}\n\n{}", exit::TABLE))]
#[command(propagate_version = true, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// Applies to every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What applies to every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The address of the server
    // a global argument hands its value to every other of its name, so this name is nobody else's
    #[arg(id = "address of the fleet", long = "url", value_name = "URL", global = true)]
    #[arg(env = "ATOMO_FLEET_URL")]
    #[arg(default_value = "http://127.0.0.1:3000")]
    pub server: String,
    /// Write the API's JSON to standard output, and a problem as JSON to standard error
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create, look at and change projects
    #[command(subcommand, visible_alias = "projects", after_help = exit::TABLE)]
    Project(ProjectCommand),
    /// Names of a project's secrets, and new values for them
    #[command(subcommand, visible_alias = "secrets", after_help = exit::TABLE)]
    Secret(SecretCommand),
    /// Repositories that schemas come from
    #[command(subcommand, visible_alias = "repositories", after_help = exit::TABLE)]
    Repository(RepositoryCommand),
    /// Registries that images of the server are pulled from with a credential
    #[command(subcommand, visible_alias = "image-registries", after_help = exit::TABLE)]
    ImageRegistry(ImageRegistryCommand),
    /// What was asked for, step by step
    #[command(subcommand, visible_alias = "operations", after_help = exit::TABLE)]
    Operation(OperationCommand),
    /// The whole fleet and the parts that it runs on
    #[command(subcommand, after_help = exit::TABLE)]
    Fleet(FleetCommand),
    /// Who did what, when
    #[command(subcommand, after_help = exit::TABLE)]
    Audit(AuditCommand),
    /// Tokens for programs
    #[command(subcommand, visible_alias = "tokens", after_help = exit::TABLE)]
    Token(TokenCommand),
    /// The gateway in front of the projects
    #[command(subcommand, after_help = exit::TABLE)]
    Gateway(GatewayCommand),
    /// Servers of the projects' databases, and who has how many of their connections
    #[command(subcommand, visible_alias = "database-servers", after_help = exit::TABLE)]
    DatabaseServer(DatabaseServerCommand),
    /// Databases that outlived their project
    #[command(subcommand, after_help = exit::TABLE)]
    Kept(KeptCommand),
    /// Instances that are left of projects which do not exist any more
    #[command(subcommand, visible_alias = "orphans", after_help = exit::TABLE)]
    Orphan(OrphanCommand),
    /// Make a token for this machine and remember it for the server
    #[command(after_help = exit::TABLE)]
    Login(LoginArgs),
    /// Revoke the remembered token of the server and forget it
    #[command(after_help = exit::TABLE)]
    Logout,
    /// Print a script that completes commands in your shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Who logs in.
#[derive(Debug, Clone, Args)]
pub struct LoginArgs {
    /// The operator's e-mail address; asked when it is left out
    #[arg(long)]
    pub email: Option<String>,
    /// Read the password from standard input instead of asking for it
    #[arg(long, requires = "email")]
    pub password_stdin: bool,
}

/// A value of the model from an argument, refused in the model's words.
fn valid<T: std::str::FromStr<Err = model::Invalid>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|fault: model::Invalid| format!("{} Accepted: {}.", fault.message, fault.accepted))
}

#[cfg(test)]
mod tests;
