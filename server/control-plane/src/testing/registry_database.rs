//! A registry that is never dumped, for tests of everything else.

use async_trait::async_trait;
use tokio::process::Command;

use crate::ports::database_copies::{DatabaseContents, DatabaseSnapshot, Progressed};
use crate::ports::postgres_host::PostgresError;
use crate::ports::registry_database::RegistryDatabase;

/// Refuses everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDump;

fn refused<T>() -> Result<T, PostgresError> {
    Err(PostgresError::Refused { doing: "dumping the registry", reason: "this test has no programs".into() })
}

#[async_trait]
impl RegistryDatabase for NoDump {
    async fn snapshot(&self) -> Result<Box<dyn DatabaseSnapshot>, PostgresError> {
        refused()
    }

    async fn server_version(&self) -> Result<u32, PostgresError> {
        refused()
    }

    async fn occupants(&self) -> Result<Vec<String>, PostgresError> {
        refused()
    }

    async fn restore(&self) -> Result<Command, PostgresError> {
        refused()
    }

    async fn contents(
        &self,
        _digests: bool,
        _progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError> {
        refused()
    }
}
