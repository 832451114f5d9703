//! `atomoctl operation`.

use clap::Subcommand;
use model::{OperationId, ProjectId};

use super::{Follow, Paging, valid};

/// The commands for operations.
#[derive(Debug, Subcommand)]
pub enum OperationCommand {
    /// List operations, newest first
    List {
        /// Only operations of this project
        #[arg(long, value_name = "ID", value_parser = valid::<ProjectId>)]
        project: Option<ProjectId>,
        /// The page
        #[command(flatten)]
        paging: Paging,
    },
    /// Show an operation and its steps
    Show {
        /// The operation
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
    },
    /// Retry a failed operation
    Retry {
        /// The operation
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Cancel a job; steps that are done stay
    Cancel {
        /// The job
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
    },
    /// Show the steps as they happen; exit when the operation ends
    Wait {
        /// The operation
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
        /// Maximum wait in seconds; the operation continues afterwards
        #[arg(long, value_name = "SECONDS", default_value_t = 300)]
        timeout: u64,
    },
}
