//! `atomoctl gateway`.

use clap::Subcommand;

use super::FleetEdgeArgs;

/// The commands for the gateway.
#[derive(Debug, Subcommand)]
pub enum GatewayCommand {
    /// Show the gateway, its edge policy and all certificates
    Show,
    /// Show or change the edge policy of the fleet; omitted options stay
    Edge(FleetEdgeArgs),
    /// Print the root certificate of the internal CA as PEM
    Ca,
}
