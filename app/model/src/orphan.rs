//! Instances and routes whose project has no row.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Exit, Hostname, ProjectId};

/// An instance or a route of this fleet whose project has no row: what a row that was removed by SQL, or a registry that was
/// restored from a backup, leaves behind. It is removed when an operator says so, never by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Orphan {
    /// The id of its former project.
    pub id: ProjectId,
    /// Its instance; absent where only a route is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<OrphanInstance>,
    /// The names that the gateway still routes to it; empty where it has no route.
    pub hosts: Vec<Hostname>,
}

/// The instance of an orphan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrphanInstance {
    /// The release that it runs: the image, or the path of the program.
    pub release: String,
    /// The address at which it listens: `host:port`.
    pub address: String,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// How it ended; absent while it runs.
    pub exit: Option<Exit>,
}

impl Orphan {
    /// Whether it runs, or how it ended, as text.
    pub fn state(&self) -> String {
        let Some(instance) = &self.instance else { return "only a route".to_owned() };
        let Some(exit) = &instance.exit else { return "runs".to_owned() };
        match exit {
            Exit { out_of_memory: Some(memory), .. } => {
                format!("ended at its limit of memory, {}", memory.limit)
            }
            Exit { code: Some(code), .. } => format!("exited with code {code}"),
            Exit { signal: Some(signal), .. } => format!("ended by signal {signal}"),
            Exit { .. } => "ended".to_owned(),
        }
    }
}
