//! `atomoctl fleet`.

use clap::Subcommand;

/// The commands for the fleet.
#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    /// Show projects, worst first, and parts
    Status,
    /// Like status, updated on every change
    Watch,
    /// Show background tasks and the results of their last runs
    Tasks,
}
