//! Snapshots and copies of a project's database: what a backup reads, what a restore fills, and the swap of the two.
//!
//! Databases are identified by their OID, because a swap exchanges names. A copy is a scratch database of an operation: only
//! the operation connects to it until it takes the place of the project's own.

mod contents;
mod permit;

use async_trait::async_trait;
use model::{ByteSize, DatabaseName, DatabaseOid, LockHeld, WriteTried};
use secrecy::SecretString;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

pub use contents::{
    DatabaseContents, DatabaseFacts, Extension, Progressed, RoleSettings, SequenceContents, TableContents,
};
pub use permit::DropPermit;

use super::database_catalog::DatabaseCatalog;
use super::postgres_error::PostgresError;

/// A consistent view of one database: while it is open, it and every program that imports its id read the same rows, whatever is
/// written meanwhile. It ends when it is dropped.
#[async_trait]
pub trait DatabaseSnapshot: Send + Sync {
    /// What was read when it was opened.
    fn facts(&self) -> &DatabaseFacts;

    /// The program that writes the dump of this snapshot to its standard output, in the custom format of `pg_dump`, uncompressed.
    /// Its credential is in its environment. An error if no installed program can read this server.
    async fn dump(&self) -> Result<Command, PostgresError>;

    /// Counts the rows of every table, reads sequences and catalog, and with `digests` digests the content of every table. Calls
    /// `progressed` after each table. Has no time limit of its own; dropping the future ends it.
    async fn contents(
        &mut self,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError>;

    /// Reads the sequences again, after the dump was written.
    async fn sequences(&mut self) -> Result<Vec<SequenceContents>, PostgresError>;
}

/// A copy that is to be made.
#[derive(Debug, Clone)]
pub struct CopySpec {
    /// Its name, a scratch one. Its log-in role has the same name and is removed with it.
    pub name: DatabaseName,
    /// The project's role, which owns everything in it; `None` if there is no such role: then the copy's own role does.
    pub owner: Option<DatabaseName>,
    /// Encoding, collation and settings that it gets, and the extensions that it needs.
    pub facts: DatabaseFacts,
}

/// From where a restore reads the dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DumpSource {
    /// Its standard input.
    Stdin,
    /// A file, with so many connections at once.
    File {
        /// The file, in the custom format.
        path: std::path::PathBuf,
        /// How many connections load it.
        connections: u32,
    },
}

/// A table by its plain names, without quotes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// Its schema.
    pub schema: String,
    /// Its name there.
    pub name: String,
}

/// A part of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DumpPart {
    /// Types, functions, tables without rows. No index, no constraint, no trigger.
    Definitions,
    /// The rows of these tables of one schema.
    Rows {
        /// The schema.
        schema: String,
        /// Names of tables in it.
        tables: Vec<String>,
    },
}

/// What was seen in a copy while a server was started on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyActivity {
    /// Locks that keep readers or writers waiting, the longest first.
    pub locks: Vec<LockHeld>,
    /// Tables that were written anew as a whole, with their schema.
    pub rewritten: Vec<String>,
}

/// The columns of a table that a server fills when it adds a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableWrites {
    /// The table, in the schema `public`.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// Two databases that exchange names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The name of the project's database and role.
    pub name: DatabaseName,
    /// The database that has the name now.
    pub current: DatabaseOid,
    /// The database that is to have it.
    pub next: DatabaseOid,
    /// The name that the current one gets.
    pub former: DatabaseName,
}

/// Copies of databases on one server.
#[async_trait]
pub trait DatabaseCopies: DatabaseCatalog {
    /// Opens a snapshot of the project's database, read as the backup role: it bypasses row security, is no superuser and writes
    /// nothing. Makes the role where it is missing. [`PostgresError::Gone`] if there is no such database,
    /// [`PostgresError::Another`] if it has another OID than `oid`.
    async fn snapshot(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
    ) -> Result<Box<dyn DatabaseSnapshot>, PostgresError>;

    /// Makes an empty database with its log-in role. One that an earlier attempt left under the name is removed first.
    /// [`PostgresError::Refused`] names what the server lacks: an extension, a collation, a role, a newer version.
    async fn create_copy(&self, copy: &CopySpec) -> Result<DatabaseOid, PostgresError>;

    /// The program that loads a dump into the copy as the copy's own role, and stops at the first error. Everything belongs to that
    /// role until [`DatabaseCopies::finish_copy`]. Each call sets a new password, which only the program knows; it works again after
    /// a restart of the control plane.
    async fn restore(&self, copy: &CopySpec, source: &DumpSource) -> Result<Command, PostgresError>;

    /// Makes a database with the rows of the project's own, without a dump. Sessions of the source are ended, and it takes no
    /// connection meanwhile; it is opened again also after an error. Complete it with [`DatabaseCopies::finish_copy`].
    async fn clone_database(&self, from: DatabaseOid, to: &CopySpec) -> Result<DatabaseOid, PostgresError>;

    /// Gives everything in the copy to its owner, drops the copy's role (or ends its log-in where it is the owner), updates the
    /// statistics and applies the settings, so that the copy can take a database's place. Needed before
    /// [`DatabaseCopies::contents`] is compared. Idempotent.
    async fn finish_copy(&self, copy: &CopySpec) -> Result<(), PostgresError>;

    /// Reads the contents of the copy as the backup role, as [`DatabaseSnapshot::contents`] does.
    async fn contents(
        &self,
        copy: &CopySpec,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError>;

    /// Lets the copy's own role log in with a new password, which is returned, and act as the owner: for a server that is started on
    /// the copy. At most `connections` at once, which do not count for the project's role. Idempotent; ended by
    /// [`DatabaseCopies::remove_copy`].
    async fn open_copy(&self, copy: &CopySpec, connections: u32) -> Result<SecretString, PostgresError>;

    /// Watches a copy on which a server is started, until `over`: which locks on its tables were held that keep readers or writers
    /// waiting, and which tables were written anew. Looks every 20 ms; a lock that is shorter may be missed.
    async fn watch(&self, copy: &CopySpec, over: &CancellationToken) -> Result<CopyActivity, PostgresError>;

    /// Removes a scratch database and its log-in role; sessions in it are ended. Absent is success. An error for any other name.
    async fn remove_copy(&self, copy: &DatabaseName) -> Result<(), PostgresError>;

    /// Every scratch database and every log-in role of one, by name: what operations made and have not removed.
    async fn copies(&self) -> Result<Vec<DatabaseName>, PostgresError>;

    /// Exchanges the names in one transaction, after sessions in both were ended and new ones are refused. Afterwards the next
    /// database is open to the project's role and the former one is closed. Repeated after a crash at any place, it completes:
    /// where the next one has the name already, only rights are completed. An error leaves either both names changed or none, see
    /// [`DatabaseCopies::name_of`]; repeat the call, or give it up with [`DatabaseCopies::reopen`].
    async fn swap(&self, swap: &Swap) -> Result<(), PostgresError>;

    /// Opens the project's database to its role again, after a swap that was given up.
    async fn reopen(&self, name: &DatabaseName) -> Result<(), PostgresError>;

    /// Renames a database and closes it to everybody. Repeated, it completes. `None` if no database has the OID.
    async fn set_aside(
        &self,
        oid: DatabaseOid,
        name: &DatabaseName,
    ) -> Result<Option<ByteSize>, PostgresError>;

    /// Gives a database that was set aside the project's name again, and opens it to the project's role, which is made where it
    /// is missing. An error if another database has the name.
    async fn bring_back(&self, oid: DatabaseOid, name: &DatabaseName) -> Result<(), PostgresError>;

    /// Makes the role of a project that has no database yet, without log-in, so that a copy can belong to it. An error if a database
    /// has the name already.
    async fn prepare_owner(&self, name: &DatabaseName) -> Result<(), PostgresError>;

    /// Drops the role of a project that has no database. Absent is success; an error if a database has the name.
    async fn remove_owner(&self, name: &DatabaseName) -> Result<(), PostgresError>;

    /// The program that loads a part of a dump from its standard input into the copy, as [`DatabaseCopies::restore`] does.
    async fn restore_part(&self, copy: &CopySpec, part: &DumpPart) -> Result<Command, PostgresError>;

    /// Drops every table of the copy but these and those that they are partitions of, with what depends on the dropped ones.
    async fn keep_tables(&self, copy: &CopySpec, tables: &[TableName]) -> Result<(), PostgresError>;

    /// Renames a copy to the name of a side database and opens it to the project's role. Repeated, it completes. Returns the size.
    async fn keep_beside(
        &self,
        oid: DatabaseOid,
        name: &DatabaseName,
    ) -> Result<Option<ByteSize>, PostgresError>;

    /// Drops the database of the permit, and with the last database of a deleted project its role. Absent is success; an error if
    /// the database's name is not the one in the permit.
    async fn drop_database(&self, permit: DropPermit) -> Result<(), PostgresError>;

    /// Tries to add a row to each of these tables of a finished copy, as the owner, with a value in no column but those that a server
    /// fills and that have none of their own. Everything is rolled back. In the order of `writes`.
    async fn try_writes(
        &self,
        copy: &CopySpec,
        writes: &[TableWrites],
    ) -> Result<Vec<WriteTried>, PostgresError>;

    /// Drops the NOT NULL of these columns of the project's database, each given as table of the schema `public` and column. One that
    /// has none, or is gone, is left as it is. Waits at most 3 s for each table; a table that is in use is an error that passes.
    async fn drop_not_null(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
        columns: &[(String, String)],
    ) -> Result<(), PostgresError>;

    /// The name that the database of this OID has now; `None` if there is none.
    async fn name_of(&self, oid: DatabaseOid) -> Result<Option<String>, PostgresError>;
}
