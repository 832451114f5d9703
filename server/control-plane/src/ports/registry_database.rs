//! The registry as a database that is dumped and restored as a whole.

use async_trait::async_trait;
use tokio::process::Command;

use super::database_copies::{DatabaseContents, DatabaseSnapshot, Progressed};
use super::postgres_error::PostgresError;

/// The registry's database on its server. Sessions of the dashboard are no part of it: their rows are neither dumped nor compared.
#[async_trait]
pub trait RegistryDatabase: Send + Sync + 'static {
    /// Opens a snapshot, read as the backup role.
    async fn snapshot(&self) -> Result<Box<dyn DatabaseSnapshot>, PostgresError>;

    /// The server's `server_version_num`.
    async fn server_version(&self) -> Result<u32, PostgresError>;

    /// Tables, views, sequences, functions and types in it, by name, without those of extensions; at most 20. Empty: it can be
    /// restored into.
    async fn occupants(&self) -> Result<Vec<String>, PostgresError>;

    /// The program that loads a dump from its standard input as the registry's own role, in one transaction: all of it or nothing.
    async fn restore(&self) -> Result<Command, PostgresError>;

    /// Reads the contents, as [`DatabaseSnapshot::contents`] of a snapshot does.
    async fn contents(
        &self,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError>;
}
