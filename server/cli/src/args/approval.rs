//! `atomoctl approval`.

use clap::Subcommand;
use model::DeleteRequestId;

use super::valid;

/// The commands for requests that need an approval.
#[derive(Debug, Subcommand)]
pub enum ApprovalCommand {
    /// List the delete requests that are open, the oldest first
    List {
        /// List those that are over instead, the newest first
        #[arg(long)]
        over: bool,
    },
    /// Show a delete request with everything that its requester was shown
    Show {
        /// The request
        #[arg(value_parser = valid::<DeleteRequestId>)]
        request: DeleteRequestId,
    },
    /// Approve the delete request of another operator
    Approve {
        /// The request
        #[arg(value_parser = valid::<DeleteRequestId>)]
        request: DeleteRequestId,
        /// The id of the project, as confirmation; prompted on a terminal if omitted
        #[arg(long, value_name = "PROJECT")]
        confirm: Option<String>,
        /// A note for the requester
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Refuse a delete request
    Refuse {
        /// The request
        #[arg(value_parser = valid::<DeleteRequestId>)]
        request: DeleteRequestId,
        /// The reason, for the requester
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Withdraw your own delete request
    Withdraw {
        /// The request
        #[arg(value_parser = valid::<DeleteRequestId>)]
        request: DeleteRequestId,
        /// The reason
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}
