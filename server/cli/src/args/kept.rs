//! `atomoctl kept`.

use clap::Subcommand;

/// The commands for retained databases.
#[derive(Debug, Subcommand)]
pub enum KeptCommand {
    /// List the retained databases; reuse one with: project create ID --reuse-database
    List,
}
