//! The kinds of differences, with their data.

use serde::{Deserialize, Serialize};

use crate::state::{RouteSeen, words};
use crate::{CommitSha, DatabaseOid, Exit, Hostname, InstanceLimits};

/// One thing in which a project differs from its goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// A secret that the instance is started with has no version yet.
    Secrets,
    /// The database server has no such database.
    DatabaseAbsent {
        /// Its name.
        database: String,
    },
    /// A database stands under the name, and it is not the project's own: it was dropped and made again, or restored from a
    /// copy.
    AnotherDatabase {
        /// The name.
        database: String,
        /// The identity of the project's database.
        recorded: DatabaseOid,
        /// The identity of the one that is there.
        observed: DatabaseOid,
    },
    /// The role may open another number of connections than it was allocated.
    ConnectionLimit {
        /// What it was allocated.
        desired: u32,
        /// What Postgres allows it.
        observed: u32,
    },
    /// The schema file on the volume is not that of the desired commit.
    SchemaFile {
        /// The desired commit.
        desired: CommitSha,
        /// The commit whose file is there; absent: none, or it was edited, or it could not be read.
        observed: Option<CommitSha>,
    },
    /// The instance has to be started or replaced.
    Instance(InstanceDifference),
    /// The running instance is held to other limits.
    Limits {
        /// What the project has.
        desired: InstanceLimits,
        /// What the driver holds it to.
        observed: InstanceLimits,
    },
    /// The instance runs and does not answer `/ready` with success.
    NotReady,
    /// The gateway routes other names, to another place or under another policy.
    Route {
        /// What it serves; absent: no route, or it could not be read.
        observed: Option<RouteSeen>,
    },
    /// No request has come through the gateway since address or names changed.
    Unverified,
    /// Names are still routed that the project no longer has.
    FormerHostnames {
        /// Which.
        names: Vec<Hostname>,
    },
    /// An instance runs that should not.
    StillRuns,
    /// The project is there, and is to be deleted.
    Exists,
}

/// Why an instance has to be started or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "instance", rename_all = "snake_case")]
pub enum InstanceDifference {
    /// There is none.
    Absent,
    /// The driver could not be asked, and a change is due.
    Unknown,
    /// It ended.
    Ended(Exit),
    /// It was started from another configuration: environment, secrets, release, schema or pool.
    Configuration,
    /// It listens elsewhere.
    Address {
        /// Where it should listen.
        desired: String,
        /// Where it does.
        observed: String,
    },
    /// It was ready before and answers nothing any more.
    Hangs,
    /// The driver cannot hold it to the limits of its project while it runs.
    Limits {
        /// Why.
        reason: String,
    },
}

/// How much a difference matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Visitors notice nothing.
    Info,
    /// Something declared is not in force.
    Warning,
    /// Visitors are not served as declared.
    Critical,
}

words!(Severity { Info = "info", Warning = "warning", Critical = "critical" } accepted "info, warning or critical");

impl Difference {
    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::FormerHostnames { .. } => Severity::Info,
            Self::Secrets
            | Self::ConnectionLimit { .. }
            | Self::SchemaFile { .. }
            | Self::Limits { .. }
            | Self::StillRuns
            | Self::Exists
            | Self::Instance(
                InstanceDifference::Configuration
                | InstanceDifference::Address { .. }
                | InstanceDifference::Limits { .. },
            ) => Severity::Warning,
            Self::DatabaseAbsent { .. }
            | Self::AnotherDatabase { .. }
            | Self::NotReady
            | Self::Route { .. }
            | Self::Unverified
            | Self::Instance(_) => Severity::Critical,
        }
    }

    /// Why a step is needed that closes it, as a sentence without a full stop.
    pub fn reason(&self) -> String {
        match self {
            Self::Secrets => "A secret has no version yet".into(),
            Self::DatabaseAbsent { database } => format!("There is no database {database}"),
            Self::AnotherDatabase { database, recorded, observed } => {
                let (recorded, observed) = (recorded.get(), observed.get());
                format!(
                    "Another database stands under the name {database}: OID {observed} instead of {recorded}"
                )
            }
            Self::ConnectionLimit { desired, observed } => {
                format!("The role may open {observed} connections instead of {desired}")
            }
            Self::SchemaFile { desired, observed: Some(observed) } => {
                format!("The schema file is of {} instead of {}", observed.short(), desired.short())
            }
            Self::SchemaFile { desired, observed: None } => {
                format!("The schema file of {} is not there", desired.short())
            }
            Self::Instance(difference) => difference.reason(),
            Self::Limits { desired, observed } => format!("It is held to {observed} instead of {desired}"),
            Self::NotReady => "The instance is not ready".into(),
            Self::Route { observed: None } => "There is no route".into(),
            Self::Route { observed: Some(_) } => "The route differs".into(),
            Self::Unverified => "No request has come through the gateway yet".into(),
            Self::FormerHostnames { names } => {
                let names: Vec<&str> = names.iter().map(Hostname::as_str).collect();
                format!("Former hostnames are still routed: {}", names.join(", "))
            }
            Self::StillRuns => "An instance runs".into(),
            Self::Exists => "The project is to be deleted".into(),
        }
    }
}

impl InstanceDifference {
    fn reason(&self) -> String {
        match self {
            Self::Absent => "There is no instance".into(),
            Self::Unknown => "The state of the instance is unknown".into(),
            Self::Ended(exit) => format!("The instance {exit}"),
            Self::Configuration => "The instance was started from another configuration".into(),
            Self::Address { desired, observed } => {
                format!("The instance listens on {observed} instead of {desired}")
            }
            Self::Hangs => "The instance answers nothing any more".into(),
            Self::Limits { reason } => format!("The limits cannot be changed while it runs: {reason}"),
        }
    }
}
