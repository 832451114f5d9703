//! `atomoctl operation`.

use clap::Subcommand;
use model::OperationId;

use super::{Follow, OperationArgs, valid};

/// The commands for operations.
#[derive(Debug, Subcommand)]
pub enum OperationCommand {
    /// List operations, newest first
    List(OperationArgs),
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
