//! Arguments of `atomoctl retained`.

use clap::Subcommand;
use model::ProjectId;

use super::valid;

/// Retained databases of deleted projects.
#[derive(Debug, Subcommand)]
pub enum RetainedCommand {
    /// List retained databases; `project create --reuse-database` uses one again
    List,
    /// Remove the entry of a database that is gone from its server; nothing else is removed
    Remove {
        /// The project that it belonged to
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
}
