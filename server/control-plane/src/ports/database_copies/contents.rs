//! What a database contains, as far as two databases are compared by it.

use serde::{Deserialize, Serialize};

/// Called after each table with its name, its number and the number of all tables.
pub type Progressed<'a> = &'a (dyn Fn(&str, usize, usize) + Send + Sync);

/// A database and its server, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseFacts {
    /// `server_version_num`.
    pub server_version: u32,
    /// Product and version: `PostgreSQL 15.18`.
    pub product: String,
    /// Identifies the cluster: `system_identifier` of its control file; empty where our role may not read it.
    pub system_identifier: String,
    /// `pg_current_wal_lsn()`, with its timeline.
    pub lsn: String,
    /// The timeline of the LSN.
    pub timeline: u32,
    /// The database's name.
    pub database: String,
    /// Its OID.
    pub oid: u32,
    /// Its size on disk in bytes.
    pub bytes: u64,
    /// The name of its encoding: `UTF8`.
    pub encoding: String,
    /// `LC_COLLATE`.
    pub collate: String,
    /// `LC_CTYPE`.
    pub ctype: String,
    /// `c` for libc, `i` for ICU, `b` for built in.
    pub locale_provider: String,
    /// The locale of a provider other than libc.
    pub locale: Option<String>,
    /// Its extensions, by name, without `plpgsql`.
    pub extensions: Vec<Extension>,
    /// Settings of the database, and of roles in it.
    pub settings: Vec<RoleSettings>,
    /// Roles other than the project's to which rights or policies in it refer. A restore needs them on its server.
    pub roles: Vec<String>,
    /// The number of large objects, which the backup role cannot read.
    pub large_objects: u64,
}

/// An extension in a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The schema of its objects.
    pub schema: String,
}

/// Settings with which sessions in a database begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSettings {
    /// For the sessions of which role; `None` for all. The project's role is written as `{project}`.
    pub role: Option<String>,
    /// `name=value`, as `pg_db_role_setting` has them.
    pub settings: Vec<String>,
}

/// What is compared between a database and its copy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseContents {
    /// Its tables that hold rows, by name; of a partitioned table its partitions. Without materialized views: a restore computes
    /// them again.
    pub tables: Vec<TableContents>,
    /// Its sequences, by name.
    pub sequences: Vec<SequenceContents>,
    /// Its catalog, one line for each schema, relation, column, constraint, index, policy, trigger, function, type, sequence and
    /// extension: `kind name: definition`, sorted by bytes. The project's role is written as `{project}`, so that the lines of a
    /// copy under another role are the same. Rights are written as their difference from the owner's default; what the control
    /// plane's role owns is written as the project's, because a restore gives everything to the project's role.
    pub catalog: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableContents {
    /// Schema and name, quoted where SQL needs it: `public.things`.
    pub name: String,
    /// The number of its rows.
    pub rows: u64,
    /// The sum of the hashes of its rows, independent of their order; `None` if it was not asked for. Prefixed with the kind of
    /// hash: `record:` hashes the values, `text:` their text, which is used for types without a hash function (`json`, `point`)
    /// and for those that are hashed by OID (enumerations).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceContents {
    /// Schema and name, quoted where SQL needs it.
    pub name: String,
    /// `last_value`; `None` if it was never used.
    pub last_value: Option<i64>,
    /// `last_value` after the dump was written: a sequence is no part of the snapshot, so the dump holds a value in between. `None`
    /// if it was not read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<i64>,
}
