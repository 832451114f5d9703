//! What a deploy did to a copy of the project's data.

use serde::{Deserialize, Serialize};

use crate::BackupId;

/// The result of a rehearsal: the server of the deploy became ready on a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rehearsal {
    /// The backup that the copy was made of.
    pub backup_id: BackupId,
    /// From the start of the server until it was ready, in milliseconds.
    pub boot_ms: u64,
    /// The version that the server reported.
    pub version: String,
    /// How many models it served.
    pub models: u32,
    /// SHA-256 of the models of `/meta/schema`, in hex. The deployed server has to report the same.
    pub models_digest: String,
    /// What the start changed in the catalog: lines of it that went (`- `) and came (`+ `). At most 500.
    pub catalog: Vec<String>,
    /// How many lines were left out.
    #[serde(default)]
    pub catalog_left_out: u64,
    /// Tables whose number of rows the start changed: `orders: 12 rows before, 0 after`.
    #[serde(default)]
    pub rows: Vec<String>,
    /// Locks that keep readers or writers of a table waiting, the longest first.
    #[serde(default)]
    pub locks: Vec<LockHeld>,
    /// Tables that Postgres rewrote as a whole.
    #[serde(default)]
    pub rewritten: Vec<String>,
    /// Whether a row can be added to each table of the schema; tried after the start, and rolled back.
    #[serde(default)]
    pub writes: Vec<WriteTried>,
}

/// A row that was added to a table and rolled back, with nothing but what the server fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WriteTried {
    /// The table, in the schema `public`.
    pub table: String,
    /// The result.
    #[serde(flatten)]
    pub outcome: WriteOutcome,
}

/// Whether a row could be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum WriteOutcome {
    /// It could.
    Added,
    /// A column that the server does not fill refused it: every new row is refused.
    Refused {
        /// The column.
        column: String,
        /// The message of Postgres.
        message: String,
    },
    /// No row could be made up that answers the question.
    NotTried {
        /// The message of Postgres.
        message: String,
    },
}

/// A lock on a table that the start of a server held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LockHeld {
    /// The table, with its schema.
    pub table: String,
    /// The mode, as Postgres names it: `AccessExclusiveLock`.
    pub mode: String,
    /// How long it was seen, in milliseconds; looked at every 20 ms.
    pub millis: u64,
}
