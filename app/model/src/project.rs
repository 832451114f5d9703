//! One app with its own database, process and secrets.

#[cfg(any(test, feature = "sample"))]
mod sample;

mod origin;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    CommitSha, DesiredState, EdgePolicy, Email, EnvName, EnvValue, Health, Hostname, Labels, Limits,
    Observation, OperationKind, PoolSize, Problem, ProjectClass, ProjectId, ProjectStatus, Reconciliation,
    ReleaseRef, SchemaRef, Sync,
};

pub use origin::ProjectOrigin;

/// The first admin of a project, whose password the control plane generates and shows once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstAdmin {
    /// Their address.
    pub email: Email,
    /// When the password was shown; `None` while it was not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub shown_at: Option<OffsetDateTime>,
}

/// The last operation that was requested on a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastChange {
    /// The kind; `converge` for an edit of the registry by SQL.
    pub kind: OperationKind,
    /// When it was requested.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A project as the registry has it, with what was last seen of it. The names are the registry's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its display name.
    pub display_name: String,
    /// Its labels, by which lists are filtered and grouped.
    #[serde(default)]
    pub labels: Labels,
    /// Its class.
    #[serde(default)]
    pub class: ProjectClass,
    /// Its primary name; without one it is reached by the header `X-Atomo-Project` alone.
    pub hostname: Option<Hostname>,
    /// Its aliases.
    pub aliases: Vec<Hostname>,
    /// Where its database URL is kept: a reference into the secret store, never the URL.
    pub database_url: String,
    /// The wanted schema.
    pub schema_ref: SchemaRef,
    /// The commit that its instance was last proved to run.
    pub schema_version: Option<CommitSha>,
    /// Its public address, `https://HOST[:PORT]`; `None` without a hostname.
    #[serde(default)]
    pub address: Option<String>,
    /// Where its instance listens: `host:port`.
    pub upstream: Option<String>,
    /// Its own environment.
    pub env: BTreeMap<EnvName, EnvValue>,
    /// The release that its instance runs; `None` is whatever the fleet runs.
    pub release: Option<ReleaseRef>,
    /// The one that it had before, for the way back.
    pub release_before: Option<ReleaseRef>,
    /// What its instance may use.
    pub limits: Limits,
    /// Its edge policy, combined with that of the fleet.
    #[serde(default)]
    pub edge: EdgePolicy,
    /// Its place in the lifecycle.
    pub status: ProjectStatus,
    /// What was asked for.
    pub desired_state: DesiredState,
    /// Counts up with every change of what is wanted.
    pub generation: i64,
    /// The last generation that was reached.
    pub observed_generation: i64,
    /// How its instance is run: `process` or `docker`.
    pub driver: String,
    /// The Postgres server that holds its database.
    pub database_server: String,
    /// Connections of its instance's pool.
    pub pool_size: PoolSize,
    /// Whether neither kind of delete is accepted.
    #[serde(default)]
    pub delete_protection: bool,
    /// What was last seen of it.
    pub observed: Observation,
    /// What the engine does about its differences.
    #[serde(default)]
    pub reconciliation: Reconciliation,
    /// Since when its health has been what it is; `None` while no health was recorded.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub health_since: Option<OffsetDateTime>,
    /// From where it got its first data; absent: it was created empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<ProjectOrigin>,
    /// The first admin that it was created with; absent: it was created without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_admin: Option<FirstAdmin>,
    /// Why it is not what was asked for, if something is in the way.
    pub problem: Option<Problem>,
    /// The last operation that was requested on it. Absent when it is past its retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
    /// When it was created.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When what is wanted last changed.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
}

impl Project {
    /// Is it well.
    pub fn health(&self) -> Health {
        Health::of(self)
    }

    /// Since when it is down or degraded; `None` when it is neither, or the time was not recorded.
    pub fn ill_since(&self) -> Option<OffsetDateTime> {
        self.health_since.filter(|_| matches!(self.health(), Health::Down | Health::Degraded))
    }

    /// When it was last changed by request: by an operation, or the wanted fields where none is known.
    pub fn changed_at(&self) -> OffsetDateTime {
        self.last_change.map_or(self.updated_at, |change| change.at)
    }

    /// Whether a change was requested that is neither reached nor failed yet.
    pub const fn is_changing(&self) -> bool {
        self.generation > self.observed_generation
    }

    /// Does it match.
    pub fn sync(&self) -> Sync {
        Sync::of(self)
    }

    /// All of its names, the primary one first, each once.
    pub fn hosts(&self) -> impl Iterator<Item = &Hostname> {
        let further = self.aliases.iter().enumerate().filter(|(index, name)| {
            self.hostname.as_ref() != Some(*name) && !self.aliases[..*index].contains(*name)
        });
        self.hostname.iter().chain(further.map(|(_, name)| name))
    }
}
