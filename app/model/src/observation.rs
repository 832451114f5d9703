//! The last observation of a project: facts, which decisions and hints depend on, and figures, which may change every time.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::{DatabaseSeen, InstanceSeen, Observed, ReachSeen, ReleaseSeen, RouteSeen};
use crate::{ByteSize, CommitSha};

/// The last observation of one project: its facts, and figures of the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Observation {
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What decisions and hints depend on.
    #[serde(flatten)]
    pub facts: ObservationFacts,
    /// What may change with every observation. No decision depends on it.
    #[serde(default)]
    pub figures: ObservationFigures,
}

/// The facts of an observation. Two observations with equal facts lead to the same plan, and a page that has shown the one
/// need not be told of the other. By default nothing is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObservationFacts {
    /// The process.
    pub instance: Observed<InstanceSeen>,
    /// What it reports on `/version` once `/ready` succeeds; absent if `/ready` is refused or fails.
    pub ready: Observed<ReleaseSeen>,
    /// The database and its role.
    pub database: Observed<DatabaseSeen>,
    /// The commit whose schema file is on the volume, byte for byte.
    pub schema: Observed<CommitSha>,
    /// The route.
    pub route: Observed<RouteSeen>,
    /// Why the limits of the project cannot be applied to the running instance, so that it has to be replaced; absent if they
    /// are applied or can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace_for_limits: Option<String>,
    /// The address and names for which a request through the gateway succeeded; absent if it failed.
    #[serde(default)]
    pub reached: Observed<ReachSeen>,
    /// Whether the instance was ready before and does not answer any more.
    #[serde(default)]
    pub hangs: bool,
    /// The file that the project follows in development; absent for one of a repository, and while it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<VolumeFile>,
}

/// A file that a project follows in development, as it was read last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VolumeFile {
    /// The first 40 hex digits of the SHA-256 of its content; absent if it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<CommitSha>,
    /// When it was changed last.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<OffsetDateTime>,
    /// Why its content is not applied, as sentences: the former content serves. Absent: it is applied, or being applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The figures of an observation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObservationFigures {
    /// Of the instance.
    pub instance: InstanceFigures,
    /// Of the database.
    pub database: DatabaseFigures,
}

impl Observation {
    /// An observation in which everything is unknown.
    pub fn nothing(at: OffsetDateTime) -> Self {
        Self { at, facts: ObservationFacts::default(), figures: ObservationFigures::default() }
    }
}

/// Figures of an instance, as the driver measured them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceFigures {
    /// Memory in use; `None` while it does not run, and where the driver cannot measure it.
    pub memory: Option<ByteSize>,
    /// The most memory that was in use at once.
    pub peak_memory: Option<ByteSize>,
}

/// Figures of a database, as its server measured them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseFigures {
    /// Its size at `measured_at`.
    pub bytes: Option<ByteSize>,
    /// When the size was measured, some minutes ago at most.
    #[serde(with = "time::serde::rfc3339::option")]
    pub measured_at: Option<OffsetDateTime>,
    /// Open connections.
    pub connections: Option<u32>,
}
