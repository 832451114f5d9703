//! Retained databases.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::{ByteSize, OperationId, ProjectId};

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

/// Whether a retained database is on its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RetainedPresence {
    /// It was there when its server was last looked at.
    Present,
    /// It was dropped or renamed there.
    Gone,
    /// It is gone, and another database stands under its name.
    Replaced,
    /// Its server does not answer, is not configured, or was not looked at yet.
    Unknown,
}

words!(RetainedPresence {
    Present = "present", Gone = "gone", Replaced = "replaced", Unknown = "unknown",
} accepted "the word of a presence");

impl RetainedPresence {
    /// Of a database with this recorded identity, from the identity of the database under its name: `found` is `None` where
    /// there is none, and `Some(None)` where its identity could not be read.
    pub fn of(recorded: Option<DatabaseOid>, found: Option<Option<DatabaseOid>>) -> Self {
        match (recorded, found) {
            (_, None) => Self::Gone,
            (Some(recorded), Some(Some(found))) if recorded != found => Self::Replaced,
            _ => Self::Present,
        }
    }

    /// Whether the database is known to be lost: its entry can be removed, and no project can take it over.
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Gone | Self::Replaced)
    }
}

/// Why a database is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// A restore, or the undo of one, gave its place to another.
    Restored,
    /// Its project was deleted with its data.
    Deleted,
    /// It was made beside the project's own, for single tables of a backup.
    Tables,
}

words!(SetAsideReason { Restored = "restored", Deleted = "deleted", Tables = "tables" }
    accepted "restored, deleted or tables");

/// A database that was replaced or deleted and still exists: the way back, until it is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAsideDatabase {
    /// The project that it belonged to.
    pub project_id: ProjectId,
    /// The operation that set it aside; names it in commands.
    pub operation_id: OperationId,
    /// The database server that holds it.
    pub database_server: String,
    /// Its name there.
    pub database: String,
    /// Why it is set aside.
    pub reason: SetAsideReason,
    /// Its size when it was set aside, if it was known.
    pub bytes: Option<ByteSize>,
    /// When it was set aside.
    #[serde(with = "time::serde::rfc3339")]
    pub set_aside_at: OffsetDateTime,
    /// When it is dropped.
    #[serde(with = "time::serde::rfc3339")]
    pub drop_after: OffsetDateTime,
}

/// A database, its secrets and its media folder, retained when their project was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainedDatabase {
    /// The id of the deleted project. A new project with this id can use the database again with `reuse_database`.
    pub project_id: ProjectId,
    /// The display name of the deleted project.
    pub display_name: String,
    /// The database server that holds it.
    pub database_server: String,
    /// Its name there.
    pub database: String,
    /// Its size when the project was deleted, if Postgres answered.
    pub bytes: Option<ByteSize>,
    /// Whether it is still there.
    pub presence: RetainedPresence,
    /// When the project was deleted.
    #[serde(with = "time::serde::rfc3339")]
    pub retained_at: OffsetDateTime,
}
