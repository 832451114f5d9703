//! The archive of the write-ahead log of a database server, and the times to which a project can be restored by it.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::{ByteSize, DatabaseServerName, MissingGrant, Problem, ProjectId};

/// A period; a project can be restored to every moment in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryWindow {
    /// The end of the oldest base backup that is retained.
    #[serde(with = "time::serde::rfc3339")]
    pub earliest: OffsetDateTime,
    /// Everything that was committed until then is in the archive.
    #[serde(with = "time::serde::rfc3339")]
    pub latest: OffsetDateTime,
}

impl RecoveryWindow {
    /// Whether the moment is in it.
    pub fn contains(&self, at: OffsetDateTime) -> bool {
        (self.earliest..=self.latest).contains(&at)
    }
}

/// The archive of the write-ahead log of one database server, as last observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WalArchive {
    /// The database server.
    pub database_server: DatabaseServerName,
    /// How many days back a restore is possible, once the archive is that old.
    pub days: u32,
    /// The periods without a gap, oldest first. More than one after a gap. Empty until the first base backup is complete.
    pub windows: Vec<RecoveryWindow>,
    /// Whether the receiver is connected to the server.
    pub receiving: bool,
    /// How many seconds the archive is behind the server; absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<u64>,
    /// The number of complete base backups.
    pub base_backups: u32,
    /// The size of base backups and log.
    pub bytes: ByteSize,
    /// What is wrong, or what the role or the server lacks, with the remedy.
    pub problems: Vec<MissingGrant>,
    /// When it was observed.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The times to which a project can be restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectRecovery {
    /// The project.
    pub project_id: ProjectId,
    /// The server of its database.
    pub database_server: DatabaseServerName,
    /// Whether the write-ahead log of the server is archived.
    pub archived: bool,
    /// The periods without a gap, oldest first; none before the project was created.
    pub windows: Vec<RecoveryWindow>,
    /// What is wrong with the archive, as sentences.
    pub problems: Vec<String>,
}

/// The request of a restore to a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PointInTimeDraft {
    /// The moment, as in RFC 3339; without an offset it is UTC: `2026-11-30T12:34:56Z`.
    #[serde(default)]
    pub at: String,
    /// The id of the project whose data is replaced, as confirmation.
    #[serde(default)]
    pub confirm: String,
    /// Takes a backup of the present data first (default). `false` accepts the newest backup that is there.
    #[serde(default = "yes")]
    pub backup_first: bool,
}

const fn yes() -> bool {
    true
}

impl PointInTimeDraft {
    /// The moment, or the faults of the confirmation and of the time.
    pub fn validate(&self, project: &ProjectId) -> Result<OffsetDateTime, Problem> {
        let confirmation = crate::RestoreDraft {
            confirm: self.confirm.clone(),
            backup_first: self.backup_first,
            with_schema: false,
        };
        confirmation.validate(project)?;
        moment(&self.at).ok_or_else(|| {
            Problem::field("at", "This is not a time.", "a time as in RFC 3339, such as 2026-11-30T12:34:56Z")
        })
    }
}

/// A time as in RFC 3339. Without an offset it is UTC, and seconds may be absent: so a browser sends it.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim().replacen(' ', "T", 1);
    let parsed = OffsetDateTime::parse(&text, &Rfc3339).ok();
    let local = || {
        let seconds = if text.len() == "2026-11-30T12:34".len() { ":00" } else { "" };
        let zoned = OffsetDateTime::parse(&format!("{text}{seconds}Z"), &Rfc3339).ok()?;
        Some(PrimitiveDateTime::new(zoned.date(), zoned.time()).assume_utc())
    };
    parsed.or_else(local)
}

#[cfg(test)]
mod tests;
