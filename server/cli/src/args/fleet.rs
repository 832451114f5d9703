//! `atomoctl fleet`.

use clap::Subcommand;
use model::BackupId;

use super::{Follow, valid};

/// The commands for the fleet.
#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    /// Show projects, worst first, and parts
    Status,
    /// Like status, updated on every change
    Watch,
    /// Show background tasks and the results of their last runs
    Tasks,
    /// Show how the control plane itself can be recovered: recovery key, backups, and what is wrong
    Recovery,
    /// Take a backup of the control plane itself, and prove it
    Backup {
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Make a recovery key, which the secrets in later backups of the control plane are sealed to
    RecoveryKey {
        /// Write the private key to this file, which must not exist, instead of standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<std::path::PathBuf>,
        /// Whether to wait for the first backup that is sealed to it
        #[command(flatten)]
        follow: Follow,
    },
    /// Remove a backup of the control plane with its archive
    RemoveBackup {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
    },
    /// Restore every project whose database is lost from its newest backup, for example after a recovery
    RestoreProjects {
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
}
