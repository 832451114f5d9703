//! `atomoctl audit`.

use clap::Subcommand;

use super::AuditArgs;

/// The commands for the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List events of the fleet, newest first
    List(AuditArgs),
    /// Verify the hash chain; exit code 1 if an event was changed or removed
    Verify,
}
