//! Orphans.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Exit, ProjectId};

/// An instance of this fleet whose project has no row: the row was deleted by SQL, or the registry was restored from a
/// backup. Only an operator removes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Orphan {
    /// The id of its former project.
    pub id: ProjectId,
    /// Its release: the image, or the path of the program.
    pub server: String,
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
        let Some(exit) = &self.exit else { return "runs".to_owned() };
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
