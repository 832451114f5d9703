//! The whole, in one answer.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::{Health, Project, ServerName};

/// A part that the fleet itself runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// The server of the projects' databases.
    Postgres,
    /// Caddy.
    Gateway,
    /// What runs instances.
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
    /// Not asked yet.
    Unknown,
    /// It answers.
    Up,
    /// It does not.
    Away {
        /// What was tried, what came back, and what to do.
        reason: String,
        /// Since when.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
}

/// A part and whether it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// Which.
    pub kind: PartKind,
    /// Which of several database servers; absent where there is one of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerName>,
    /// What it is: product and version, where it said.
    pub name: String,
    /// What it cannot do here that others of its kind can, as sentences.
    pub missing: Vec<String>,
    /// Whether it answers.
    pub state: PartState,
}

impl Part {
    /// Its kind, and which of several: `postgres`, `postgres eu`.
    pub fn label(&self) -> String {
        match &self.server {
            None => self.kind.to_string(),
            Some(server) => format!("{} {server}", self.kind),
        }
    }
}

/// The fleet page's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fleet {
    /// Every project that the asker may see, worst first.
    pub projects: Vec<Project>,
    /// The parts.
    pub parts: Vec<Part>,
    /// Whether instances are the stand-in of the test suite and not a real atomo-server.
    pub standin: bool,
    /// Rows of the registry that could not be read, with the reason: shown, never in the way of the others.
    pub unreadable: Vec<UnreadableRow>,
    /// The port of the gateway for `https`, to be shown in links when it is not 443.
    pub https_port: u16,
    /// When it was put together.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A row that somebody edited into something that is not a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnreadableRow {
    /// Its id, as it stands.
    pub id: String,
    /// The column and its fault.
    pub reason: String,
}

impl Fleet {
    /// How many projects have this health.
    pub fn count(&self, health: Health) -> usize {
        self.projects.iter().filter(|project| project.health() == health).count()
    }
}
