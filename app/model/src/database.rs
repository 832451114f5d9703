//! Retained databases.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{ByteSize, ProjectId};

/// The identity of a database on its server. A name may be dropped and made again; the identity tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32))]
#[serde(transparent)]
pub struct DatabaseOid(u32);

impl DatabaseOid {
    /// `pg_database.oid`.
    pub const fn new(oid: u32) -> Self {
        Self(oid)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A database, its secrets and its media folder, retained when their project was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptDatabase {
    /// The id of the deleted project. A new project with this id can use the database again with `reuse_database`.
    pub project_id: ProjectId,
    /// The display name of the deleted project.
    pub display_name: String,
    /// The database server that holds it.
    pub server: String,
    /// Its name there.
    pub database: String,
    /// Its size when it was retained, if Postgres answered.
    pub bytes: Option<ByteSize>,
    /// When the project was deleted.
    #[serde(with = "time::serde::rfc3339")]
    pub kept_at: OffsetDateTime,
}
