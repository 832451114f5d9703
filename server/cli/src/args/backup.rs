//! `atomoctl backup`.

use clap::Subcommand;
use model::{BackupId, OperationId, ProjectId};

use super::{BackupPolicyCommand, Follow, valid};

/// The commands for backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Take a backup of a project; its verification follows by itself
    Create {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// List the backups of a project, newest first; without a project, the newest and the newest verified one of each
    List {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: Option<ProjectId>,
    },
    /// Show a backup and its proof
    Show {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
    },
    /// Prove a backup: restore it into a scratch database and compare it
    Verify {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Replace the data of the backup's project; the present data is kept for an undo
    Restore {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
        /// The id of the project whose data is replaced, as confirmation; prompted on a terminal if omitted
        #[arg(long, value_name = "PROJECT")]
        confirm: Option<String>,
        /// Take no backup of the present data first: accept the newest that is there
        #[arg(long)]
        without_backup: bool,
        /// Keep the project's schema commit instead of that of the backup
        #[arg(long)]
        keep_schema: bool,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Undo a restore: the data from before it is in use again
    Undo {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// The operation of the restore; the latest if omitted
        #[arg(long, value_name = "OPERATION", value_parser = valid::<OperationId>)]
        operation: Option<OperationId>,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Download the archive of a backup as a tar file
    Download {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
        /// The file; it must not exist
        #[arg(long, short, value_name = "FILE")]
        output: std::path::PathBuf,
    },
    /// When backups of a project are taken and how many are retained
    #[command(subcommand)]
    Policy(BackupPolicyCommand),
    /// Remove a backup with its archive
    Remove {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
    },
}
