//! When backups of a project are taken and how long they are retained.
//!
//! Everything here is a pure value. The control plane calculates from it when a project is due (`backups::schedule`) and which
//! backups are removed (`backups::retention`).

mod cron;
mod draft;
mod retention;
mod schedule;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::cron::CronSchedule;
pub use self::draft::{BackupPolicyDraft, RetentionDraft};
pub use self::retention::{RetentionCounts, RetentionRules};
pub use self::schedule::{BackupInterval, BackupSchedule};

/// The backup policy of a project, or the one of the fleet for projects without their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupPolicy {
    /// When backups are taken.
    pub schedule: BackupSchedule,
    /// How many backups are retained.
    pub retention: RetentionRules,
    /// Whether each scheduled backup is restored into a scratch database afterwards and compared with what was backed up.
    pub verify: bool,
    /// Whether the content of every table is digested, so that a verification compares content and not only numbers of rows.
    /// Reads every row once more.
    pub digests: bool,
    /// Whether each verification also starts the project's server on the restored copy, without a route, and waits until it is
    /// ready.
    #[serde(default)]
    pub boot: bool,
}

/// The backup policy of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectBackupPolicy {
    /// The policy that applies.
    pub policy: BackupPolicy,
    /// Whether it is that of the fleet, because the project has none of its own.
    pub inherited: bool,
    /// When the next backup is due; absent: backups are off, or the project has never run.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub next_run: Option<OffsetDateTime>,
}

impl Default for BackupPolicy {
    /// Every day at 02:30 UTC, the default retention, verified by content.
    ///
    /// UTC, because the fleet does not know where its operators are, and because UTC has neither a skipped nor a repeated hour.
    /// 02:30, because it is night in Europe and Africa, outside the hour after midnight in which most nightly jobs start. Verified,
    /// because an archive that was never restored proves nothing, and the retention protects verified backups only.
    fn default() -> Self {
        Self {
            schedule: BackupSchedule::Cron(CronSchedule::daily_utc()),
            retention: RetentionRules::default(),
            verify: true,
            digests: true,
            boot: false,
        }
    }
}

#[cfg(test)]
mod tests;
