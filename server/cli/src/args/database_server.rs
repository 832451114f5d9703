//! `atomoctl database-server`.

use clap::Subcommand;

/// The commands for database servers.
#[derive(Debug, Subcommand)]
pub enum DatabaseServerCommand {
    /// List the database servers: connection budget, projects, missing grants
    List,
}
