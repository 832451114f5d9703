//! `atomoctl alert`.

use clap::Subcommand;
use model::{AlertKind, AlertState, ProjectId};

use super::valid;

/// The commands for alerts.
#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// List alerts: open ones first, then those that are over
    List {
        /// Only those of a project
        #[arg(long, value_parser = valid::<ProjectId>)]
        project: Option<ProjectId>,
        /// Only those of a kind: backup or drift
        #[arg(long, value_parser = valid::<AlertKind>)]
        kind: Option<AlertKind>,
        /// Only open ones, or only resolved ones
        #[arg(long, value_parser = valid::<AlertState>)]
        state: Option<AlertState>,
        /// The `next_cursor` of an earlier answer
        #[arg(long, value_name = "CURSOR")]
        cursor: Option<String>,
    },
}
