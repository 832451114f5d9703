//! The command line. Ids that become part of a URL are validated here. All other input is validated by the server, which
//! reports all wrong fields together with suggestions.

mod alert;
mod approval;
mod audit;
mod backup;
mod backup_policy;
mod conditions;
mod database_server;
mod deploy;
mod drift;
mod edge;
mod fleet;
mod follow;
mod gateway;
mod image_registry;
mod labels;
mod operation;
mod orphan;
mod pair;
mod project;
mod repository;
mod retained;
mod rollout;
mod secret;
mod token;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use alert::AlertCommand;
pub use approval::ApprovalCommand;
pub use audit::AuditCommand;
pub use backup::{BackupCommand, RestoreArgs};
pub use backup_policy::{BackupPolicyCommand, PolicyChange};
pub use conditions::{AuditArgs, Condition, EventArgs, ExportFormat, OperationArgs};
pub use database_server::DatabaseServerCommand;
pub use deploy::{DeployCommand, DeployOptionArgs, RollbackArgs};
pub use drift::DriftCommand;
pub use edge::{FleetEdgeArgs, ProjectEdgeArgs, list};
pub use fleet::FleetCommand;
pub use follow::Follow;
pub use gateway::GatewayCommand;
pub use image_registry::ImageRegistryCommand;
pub use labels::{ListArgs, ListFormat};
pub use operation::OperationCommand;
pub use orphan::OrphanCommand;
pub use project::{ActArgs, CloneArgs, CreateArgs, DeleteArgs, EditArgs, ExpiryArgs, ProjectCommand};
pub use repository::{RepositoryCommand, WebhookCommand};
pub use retained::RetainedCommand;
pub use rollout::RolloutCommand;
pub use secret::SecretCommand;
pub use token::TokenCommand;

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
    /// Global options.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The address of the control plane
    // clap shares a global argument with every argument of the same id, so this id must be unique
    #[arg(id = "address of the fleet", long = "url", value_name = "URL", global = true)]
    #[arg(env = "ATOMO_FLEET_URL")]
    #[arg(default_value = "http://127.0.0.1:3000")]
    pub server: String,
    /// Write the API's JSON to standard output, and a problem as JSON to standard error
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create, view and change projects
    #[command(subcommand, visible_alias = "projects", after_help = exit::TABLE)]
    Project(ProjectCommand),
    /// List the secrets of a project, set new values
    #[command(subcommand, visible_alias = "secrets", after_help = exit::TABLE)]
    Secret(SecretCommand),
    /// Repositories that schemas come from
    #[command(subcommand, visible_alias = "repositories", after_help = exit::TABLE)]
    Repository(RepositoryCommand),
    /// Image registries and their credentials
    #[command(subcommand, visible_alias = "image-registries", after_help = exit::TABLE)]
    ImageRegistry(ImageRegistryCommand),
    /// Backups: take, prove, restore, undo
    #[command(subcommand, visible_alias = "backups", after_help = exit::TABLE)]
    Backup(BackupCommand),
    /// Deploys: another commit of a schema, another release; roll back, undo
    #[command(subcommand, visible_alias = "deploys", after_help = exit::TABLE)]
    Deploy(DeployCommand),
    /// Rollouts: one version for many projects, one canary first
    #[command(subcommand, visible_alias = "rollouts", after_help = exit::TABLE)]
    Rollout(RolloutCommand),
    /// Delete requests: show, approve, refuse, withdraw
    #[command(subcommand, visible_alias = "approvals", after_help = exit::TABLE)]
    Approval(ApprovalCommand),
    /// Drift: what differs from what was declared; check, accept, fix, snooze
    #[command(subcommand, after_help = exit::TABLE)]
    Drift(DriftCommand),
    /// Alerts: what needs or needed a person, since when, and how it ended
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Operations and their steps
    #[command(subcommand, visible_alias = "operations", after_help = exit::TABLE)]
    Operation(OperationCommand),
    /// The fleet and its parts
    #[command(subcommand, after_help = exit::TABLE)]
    Fleet(FleetCommand),
    /// The audit trail
    #[command(subcommand, after_help = exit::TABLE)]
    Audit(AuditCommand),
    /// API tokens
    #[command(subcommand, visible_alias = "tokens", after_help = exit::TABLE)]
    Token(TokenCommand),
    /// The gateway, its edge policy and certificates
    #[command(subcommand, after_help = exit::TABLE)]
    Gateway(GatewayCommand),
    /// Database servers and their connection budgets
    #[command(subcommand, visible_alias = "database-servers", after_help = exit::TABLE)]
    DatabaseServer(DatabaseServerCommand),
    /// Retained databases of deleted projects
    #[command(subcommand, after_help = exit::TABLE)]
    Retained(RetainedCommand),
    /// Orphans: instances whose project has no row in the registry
    #[command(subcommand, visible_alias = "orphans", after_help = exit::TABLE)]
    Orphan(OrphanCommand),
    /// Log in: create a token for this machine and store it
    #[command(after_help = exit::TABLE)]
    Login(LoginArgs),
    /// Revoke and delete the stored token
    #[command(after_help = exit::TABLE)]
    Logout,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Arguments of `login`.
#[derive(Debug, Clone, Args)]
pub struct LoginArgs {
    /// The operator's e-mail address; prompted if omitted
    #[arg(long)]
    pub email: Option<String>,
    /// Read the password from standard input instead of prompting
    #[arg(long, requires = "email")]
    pub password_stdin: bool,
}

/// Parses an argument with the model's constructor and reports the model's error.
fn valid<T: std::str::FromStr<Err = model::Invalid>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|fault: model::Invalid| format!("{} Accepted: {}.", fault.message, fault.accepted))
}

#[cfg(test)]
mod tests;
