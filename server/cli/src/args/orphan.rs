//! `atomoctl orphan`.

use clap::Subcommand;
use model::ProjectId;

use super::{Follow, valid};

/// The commands for orphans.
#[derive(Debug, Subcommand)]
pub enum OrphanCommand {
    /// List the orphans, read from the driver now
    List,
    /// Stop and remove an orphan and its network; media, schema folder, database and secrets stay
    Remove {
        /// The id of its former project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
}
