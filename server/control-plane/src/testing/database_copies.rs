//! A database server that makes no copies, for tests of everything else: dumps are made by programs, which only a real server has.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use model::{ByteSize, DatabaseName, DatabaseOid, WriteTried};
use secrecy::SecretString;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::ports::database_catalog::{CatalogSeen, DatabaseCatalog};
use crate::ports::database_copies::{
    CopyActivity, CopySpec, DatabaseContents, DatabaseCopies, DatabaseSnapshot, DropPermit, DumpPart,
    DumpSource, Progressed, Swap, TableName, TableWrites,
};
use crate::ports::postgres_host::PostgresError;

/// Refuses everything but to read catalogs and to count rows, of which there are none. It has no copies, so there is none to remove. Clones share the catalogs.
#[derive(Debug, Clone, Default)]
pub struct NoCopies {
    catalogs: Arc<Mutex<BTreeMap<DatabaseName, Vec<String>>>>,
    seen: Arc<Mutex<CatalogSeen>>,
    away: Arc<AtomicBool>,
}

impl NoCopies {
    /// Sets the lines of a database's catalog; a database without them has an empty catalog.
    pub fn set_catalog(&self, database: &DatabaseName, lines: &[&str]) {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines.sort_unstable();
        self.catalogs.lock().unwrap_or_else(PoisonError::into_inner).insert(database.clone(), lines);
    }

    /// Sets the tables that every database has.
    pub fn set_seen(&self, seen: CatalogSeen) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    /// Whether reading a catalog fails as it does while the server is away.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }
}

fn refused<T>() -> Result<T, PostgresError> {
    Err(PostgresError::Refused {
        doing: "copying a database",
        reason: "databases in memory have no copies".into(),
    })
}

#[async_trait]
impl DatabaseCatalog for NoCopies {
    async fn seen(
        &self,
        _database: &DatabaseName,
        _oid: Option<DatabaseOid>,
    ) -> Result<CatalogSeen, PostgresError> {
        if self.away.load(Ordering::Relaxed) {
            return refused();
        }
        Ok(self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn catalog(
        &self,
        database: &DatabaseName,
        _oid: Option<DatabaseOid>,
    ) -> Result<Vec<String>, PostgresError> {
        if self.away.load(Ordering::Relaxed) {
            return refused();
        }
        let catalogs = self.catalogs.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(catalogs.get(database).cloned().unwrap_or_default())
    }

    async fn count(
        &self,
        _database: &DatabaseName,
        _oid: Option<DatabaseOid>,
        questions: &[String],
    ) -> Result<Vec<Option<u64>>, PostgresError> {
        if self.away.load(Ordering::Relaxed) { refused() } else { Ok(vec![Some(0); questions.len()]) }
    }
}

#[async_trait]
impl DatabaseCopies for NoCopies {
    async fn snapshot(
        &self,
        _database: &DatabaseName,
        _oid: Option<DatabaseOid>,
    ) -> Result<Box<dyn DatabaseSnapshot>, PostgresError> {
        refused()
    }

    async fn create_copy(&self, _copy: &CopySpec) -> Result<DatabaseOid, PostgresError> {
        refused()
    }

    async fn restore(&self, _copy: &CopySpec, _source: &DumpSource) -> Result<Command, PostgresError> {
        refused()
    }

    async fn clone_database(&self, _from: DatabaseOid, _to: &CopySpec) -> Result<DatabaseOid, PostgresError> {
        refused()
    }

    async fn finish_copy(&self, _copy: &CopySpec) -> Result<(), PostgresError> {
        refused()
    }

    async fn contents(
        &self,
        _copy: &CopySpec,
        _digests: bool,
        _progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError> {
        refused()
    }

    async fn open_copy(&self, _copy: &CopySpec, _connections: u32) -> Result<SecretString, PostgresError> {
        refused()
    }

    async fn watch(
        &self,
        _copy: &CopySpec,
        _over: &CancellationToken,
    ) -> Result<CopyActivity, PostgresError> {
        refused()
    }

    async fn remove_copy(&self, _copy: &DatabaseName) -> Result<(), PostgresError> {
        Ok(())
    }

    async fn copies(&self) -> Result<Vec<DatabaseName>, PostgresError> {
        Ok(Vec::new())
    }

    async fn swap(&self, _swap: &Swap) -> Result<(), PostgresError> {
        refused()
    }

    async fn reopen(&self, _name: &DatabaseName) -> Result<(), PostgresError> {
        refused()
    }

    async fn set_aside(
        &self,
        _oid: DatabaseOid,
        _name: &DatabaseName,
    ) -> Result<Option<ByteSize>, PostgresError> {
        refused()
    }

    async fn bring_back(&self, _oid: DatabaseOid, _name: &DatabaseName) -> Result<(), PostgresError> {
        refused()
    }

    async fn prepare_owner(&self, _name: &DatabaseName) -> Result<(), PostgresError> {
        refused()
    }

    async fn remove_owner(&self, _name: &DatabaseName) -> Result<(), PostgresError> {
        Ok(())
    }

    async fn restore_part(&self, _copy: &CopySpec, _part: &DumpPart) -> Result<Command, PostgresError> {
        refused()
    }

    async fn keep_tables(&self, _copy: &CopySpec, _tables: &[TableName]) -> Result<(), PostgresError> {
        refused()
    }

    async fn keep_beside(
        &self,
        _oid: DatabaseOid,
        _name: &DatabaseName,
    ) -> Result<Option<ByteSize>, PostgresError> {
        refused()
    }

    async fn drop_database(&self, _permit: DropPermit) -> Result<(), PostgresError> {
        refused()
    }

    async fn try_writes(
        &self,
        _copy: &CopySpec,
        _writes: &[TableWrites],
    ) -> Result<Vec<WriteTried>, PostgresError> {
        refused()
    }

    async fn drop_not_null(
        &self,
        _database: &DatabaseName,
        _oid: Option<DatabaseOid>,
        _columns: &[(String, String)],
    ) -> Result<(), PostgresError> {
        refused()
    }

    async fn name_of(&self, _oid: DatabaseOid) -> Result<Option<String>, PostgresError> {
        Ok(None)
    }
}
