//! The fleet: all projects and parts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::{BackupFault, DatabaseServerName, DeployProposal, DriftFinding, Health, Project, Rollout};

/// The kind of a part that the fleet depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// A database server.
    Postgres,
    /// Caddy.
    Gateway,
    /// The driver of instances.
    Driver,
    /// The secret store.
    Secrets,
}

words!(PartKind { Postgres = "postgres", Gateway = "gateway", Driver = "driver", Secrets = "secrets" }
    accepted "postgres, gateway, driver or secrets");

/// Whether a part answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PartState {
    /// Not checked yet.
    Unknown,
    /// It answers.
    Up,
    /// It does not answer.
    Away {
        /// What was tried, the result, and the remedy.
        reason: String,
        /// Since when.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
}

/// A part and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// The kind.
    pub kind: PartKind,
    /// Which database server, if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_server: Option<DatabaseServerName>,
    /// Product and version, if known.
    pub name: String,
    /// Capabilities that it lacks here, as sentences.
    pub missing: Vec<String>,
    /// Whether it answers.
    pub state: PartState,
}

impl Part {
    /// The kind, with the database server if there are several: `postgres`, `postgres eu`.
    pub fn label(&self) -> String {
        match &self.database_server {
            None => self.kind.to_string(),
            Some(server) => format!("{} {server}", self.kind),
        }
    }
}

/// The content of the fleet page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fleet {
    /// Every project that the caller may see, worst first. Shared with other readers of the fleet.
    pub projects: Vec<Arc<Project>>,
    /// The parts.
    pub parts: Vec<Part>,
    /// Projects whose backups need a person, of those above that the caller may see the backups of.
    #[serde(default)]
    pub backup_faults: Vec<BackupFault>,
    /// Drift that waits for a decision.
    #[serde(default)]
    pub drift: Vec<DriftFinding>,
    /// Paused rollouts, without members.
    #[serde(default)]
    pub rollouts: Vec<Rollout>,
    /// Deploys that pushes proposed, of the projects above. Information, no fault.
    #[serde(default)]
    pub proposals: Vec<DeployProposal>,
    /// Whether instances run the stand-in of the test suite instead of atomo-server.
    pub standin: bool,
    /// Rows of the registry that cannot be read. They do not affect other projects.
    pub unreadable: Vec<UnreadableRow>,
    /// The gateway's HTTPS port, shown in links if it is not 443.
    pub https_port: u16,
    /// When the answer was assembled.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A row of the registry that is not a valid project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnreadableRow {
    /// The id in the row.
    pub id: String,
    /// The column and its fault.
    pub reason: String,
}

impl Fleet {
    /// The number of projects with this health.
    pub fn count(&self, health: Health) -> usize {
        self.projects.iter().filter(|project| project.health() == health).count()
    }
}
