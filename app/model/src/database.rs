//! Databases that outlive their project.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{ByteSize, ProjectId};

/// A database, its secrets and its media folder, kept when their project was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptDatabase {
    /// The project it belonged to; a new project of this id may take it over with `reuse_database`.
    pub project_id: ProjectId,
    /// The name the deleted project was shown under.
    pub display_name: String,
    /// The Postgres server that holds it.
    pub server: String,
    /// Its name there.
    pub database: String,
    /// Its size when it was kept, where Postgres answered.
    pub bytes: Option<ByteSize>,
    /// When the project was deleted.
    #[serde(with = "time::serde::rfc3339")]
    pub kept_at: OffsetDateTime,
}
