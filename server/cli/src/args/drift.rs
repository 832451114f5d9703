//! `atomoctl drift`.

use clap::Subcommand;
use model::{DriftFindingId, DriftLevel, ProjectId};

use super::valid;

/// The commands for drift.
#[derive(Debug, Subcommand)]
pub enum DriftCommand {
    /// List the findings that are not resolved
    List {
        /// Only those of a project
        #[arg(long, value_parser = valid::<ProjectId>)]
        project: Option<ProjectId>,
        /// Only those on a level
        #[arg(long, value_parser = valid::<DriftLevel>)]
        level: Option<DriftLevel>,
        /// Also those that are accepted or snoozed
        #[arg(long)]
        all: bool,
    },
    /// Show a finding with its difference and what closes it
    Show {
        /// The finding
        #[arg(value_parser = valid::<DriftFindingId>)]
        finding: DriftFindingId,
    },
    /// Check every level of a project now
    Check {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Accept a finding: what was observed is declared
    Accept {
        /// The finding
        #[arg(value_parser = valid::<DriftFindingId>)]
        finding: DriftFindingId,
        /// The reason, for the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Fix a finding by an operation, or print what has to be done by hand
    Fix {
        /// The finding
        #[arg(value_parser = valid::<DriftFindingId>)]
        finding: DriftFindingId,
    },
    /// End alerts about a finding for some days, unless it changes
    Snooze {
        /// The finding
        #[arg(value_parser = valid::<DriftFindingId>)]
        finding: DriftFindingId,
        /// How long, in days: 1 to 90
        #[arg(long, default_value_t = 7)]
        days: u32,
        /// The reason, for the audit trail
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
