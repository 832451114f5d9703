//! `atomoctl backup policy`.

use clap::{ArgAction, Args, Subcommand};
use model::ProjectId;

use super::valid;

/// The commands for backup policies.
#[derive(Debug, Subcommand)]
pub enum BackupPolicyCommand {
    /// Show when backups of a project are taken, how many are retained, and when the next one is due
    Show {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Give a project a policy of its own; what is omitted stays as it is
    Set {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// What is set
        #[command(flatten)]
        change: PolicyChange,
    },
    /// Remove the project's own policy: that of the fleet applies again
    Reset {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
}

/// What of a policy is set.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct PolicyChange {
    /// off, an interval ("every 6h"), or five cron fields and a time zone ("30 2 * * * Europe/Berlin")
    #[arg(long, value_name = "SCHEDULE")]
    pub schedule: Option<String>,
    /// How many of the newest backups are retained (1 to 1000)
    #[arg(long, value_name = "NUMBER")]
    pub last: Option<String>,
    /// Of how many days one backup is retained (0 to 366)
    #[arg(long, value_name = "NUMBER")]
    pub daily: Option<String>,
    /// Of how many weeks one backup is retained (0 to 260)
    #[arg(long, value_name = "NUMBER")]
    pub weekly: Option<String>,
    /// Of how many months one backup is retained (0 to 120)
    #[arg(long, value_name = "NUMBER")]
    pub monthly: Option<String>,
    /// Whether each scheduled backup is restored into a copy and compared (true or false)
    #[arg(long, action = ArgAction::Set, value_name = "BOOL")]
    pub verify: Option<bool>,
    /// Whether the comparison is by content (true or false)
    #[arg(long, action = ArgAction::Set, value_name = "BOOL")]
    pub digests: Option<bool>,
    /// Whether a verification also starts the project's server on the copy (true or false)
    #[arg(long, action = ArgAction::Set, value_name = "BOOL")]
    pub boot: Option<bool>,
}
