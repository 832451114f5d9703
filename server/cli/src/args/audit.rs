//! `atomoctl audit`.

use clap::Subcommand;

use super::Paging;

/// The commands for the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List events of the fleet, newest first
    List(Paging),
    /// Verify the hash chain; exit code 1 if an event was changed or removed
    Verify,
}
