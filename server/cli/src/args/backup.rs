//! `atomoctl backup`.

use clap::{Args, Subcommand};
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
    /// Show the times to which a project can be restored from the archive of the write-ahead log
    Window {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Replace the data of a project, which is kept for an undo, by that of a backup or of a time; or create another one with --as
    Restore(Box<RestoreArgs>),
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
    /// Upload the archive of a backup, as it was downloaded here or elsewhere; its verification follows by itself
    Upload {
        /// The tar file
        file: std::path::PathBuf,
        /// The project that the backup is listed under (default: that of the archive)
        #[arg(long, value_parser = valid::<ProjectId>)]
        project: Option<ProjectId>,
    },
    /// Drop a database with restored tables before its time
    DropTables {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// The operation that made it
        #[arg(long, value_name = "OPERATION", value_parser = valid::<OperationId>)]
        operation: OperationId,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Remove a backup with its archive
    Remove {
        /// The backup
        #[arg(value_parser = valid::<BackupId>)]
        backup: BackupId,
    },
}

/// Arguments of `backup restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup; or a project and a time
    #[arg(value_parser = valid::<BackupId>, required_unless_present = "project", conflicts_with = "project")]
    pub backup: Option<BackupId>,
    /// The project to restore to a time
    #[arg(long, value_name = "PROJECT", requires = "at", value_parser = valid::<ProjectId>)]
    pub project: Option<ProjectId>,
    /// The time, UTC where it has no offset: 2026-11-30T12:34:56Z
    #[arg(long, value_name = "TIME", requires = "project")]
    pub at: Option<String>,
    /// Create another project of this id instead; the project of the backup is not touched
    #[arg(long = "as", value_name = "NEW_ID", conflicts_with_all = ["project", "confirm", "without_backup", "keep_schema"])]
    pub new_id: Option<String>,
    /// The display name of the new project (default: its id)
    #[arg(long, value_name = "NAME", requires = "new_id")]
    pub display_name: Option<String>,
    /// The hostname of the new project (default: that of the backup with the new id as its first label)
    #[arg(long, value_name = "HOST", requires = "new_id")]
    pub hostname: Option<String>,
    /// The database server of the new project
    #[arg(long, value_name = "NAME", requires = "new_id")]
    pub database_server: Option<String>,
    /// Restore these tables only, into a database beside that of the project, which is not touched; separated by commas
    #[arg(long, value_name = "TABLES", value_delimiter = ',', conflicts_with_all = ["project", "new_id", "confirm", "without_backup", "keep_schema"])]
    pub tables: Vec<String>,
    /// The id of the project whose data is replaced, as confirmation; prompted on a terminal if omitted
    #[arg(long, value_name = "PROJECT")]
    pub confirm: Option<String>,
    /// Take no backup of the present data first: accept the newest that is there
    #[arg(long)]
    pub without_backup: bool,
    /// Keep the project's schema commit instead of that of the backup
    #[arg(long, conflicts_with = "project")]
    pub keep_schema: bool,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}
