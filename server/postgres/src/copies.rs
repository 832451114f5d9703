//! Snapshots and copies of databases on one server.
//!
//! - A database is read as the role `fleet_backup` (`backup_role.rs`), never as a superuser.
//! - A dump is loaded as the copy's own role, never as a superuser, so nothing that a dump executes has a superuser's rights. The
//!   role owns everything until the copy is finished, then the project's role does.
//! - Databases are found by their OID and changed under the advisory lock of their names, the main name first.

mod access;
mod backup_role;
mod catalog;
mod clone;
mod columns;
pub(crate) mod connection;
mod contents;
mod create;
mod facts;
mod finish;
mod lookup;
mod names;
mod open;
mod owner;
mod programs;
mod registry;
mod remove;
mod restore;
mod set_aside;
mod snapshot;
mod swap;
mod tables;
mod watch;
mod writes;

use async_trait::async_trait;
use control_plane::ports::database_catalog::{CatalogSeen, DatabaseCatalog};
use control_plane::ports::database_copies::{
    CopyActivity, CopySpec, DatabaseContents, DatabaseCopies, DatabaseSnapshot, DropPermit, DumpPart,
    DumpSource, Progressed, Swap, TableName, TableWrites,
};
use control_plane::ports::postgres_host::PostgresError;
use model::{ByteSize, DatabaseName, DatabaseOid, WriteTried};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::session::Session;
use backup_role::BackupRole;
pub use programs::ClientPrograms;
pub use registry::RegistryCopies;

/// Snapshots and copies of databases on one server.
pub struct Copies {
    admin: PgConnectOptions,
    programs: ClientPrograms,
    backup: BackupRole,
}

impl Copies {
    /// On the server at these options, whose role is the control plane's. Nothing is connected yet.
    pub fn new(admin: PgConnectOptions, programs: ClientPrograms) -> Self {
        Self { backup: BackupRole::new(admin.clone()), admin, programs }
    }
}

/// Without the connection options: they hold the password.
impl std::fmt::Debug for Copies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copies").field("programs", &self.programs).finish_non_exhaustive()
    }
}

#[async_trait]
impl DatabaseCatalog for Copies {
    async fn seen(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
    ) -> Result<CatalogSeen, PostgresError> {
        catalog::seen(self, database, oid).await
    }

    async fn catalog(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
    ) -> Result<Vec<String>, PostgresError> {
        snapshot::catalog(self, database, oid).await
    }

    async fn count(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
        questions: &[String],
    ) -> Result<Vec<Option<u64>>, PostgresError> {
        catalog::count(self, database, oid, questions).await
    }
}

#[async_trait]
impl DatabaseCopies for Copies {
    async fn snapshot(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
    ) -> Result<Box<dyn DatabaseSnapshot>, PostgresError> {
        Ok(Box::new(snapshot::open(self, database, oid).await?))
    }

    async fn create_copy(&self, copy: &CopySpec) -> Result<DatabaseOid, PostgresError> {
        create::copy(&self.admin, copy).await
    }

    async fn restore(&self, copy: &CopySpec, source: &DumpSource) -> Result<Command, PostgresError> {
        restore::program(&self.admin, &self.programs, copy, source).await
    }

    async fn clone_database(&self, from: DatabaseOid, to: &CopySpec) -> Result<DatabaseOid, PostgresError> {
        clone::database(&self.admin, from, to).await
    }

    async fn finish_copy(&self, copy: &CopySpec) -> Result<(), PostgresError> {
        finish::copy(&self.admin, copy).await
    }

    async fn contents(
        &self,
        copy: &CopySpec,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError> {
        let mut session = self.backup.session(&copy.name.to_string()).await?;
        contents::begin(&mut session).await?;
        contents::read(&mut session, &names::of_project(&copy.name), digests, progressed).await
    }

    async fn open_copy(&self, copy: &CopySpec, connections: u32) -> Result<SecretString, PostgresError> {
        open::copy(&self.admin, copy, connections).await
    }

    async fn watch(&self, copy: &CopySpec, over: &CancellationToken) -> Result<CopyActivity, PostgresError> {
        watch::copy(&self.admin, copy, over).await
    }

    async fn remove_copy(&self, copy: &DatabaseName) -> Result<(), PostgresError> {
        remove::copy(&self.admin, copy).await
    }

    async fn copies(&self) -> Result<Vec<DatabaseName>, PostgresError> {
        const DOING: &str = "listing the copies of databases";
        let mut session = Session::open(&self.admin, DOING).await?;
        lookup::copies(&mut session, DOING).await
    }

    async fn swap(&self, swap: &Swap) -> Result<(), PostgresError> {
        swap::databases(&self.admin, swap).await
    }

    async fn reopen(&self, name: &DatabaseName) -> Result<(), PostgresError> {
        swap::reopen(&self.admin, name).await
    }

    async fn set_aside(
        &self,
        oid: DatabaseOid,
        name: &DatabaseName,
    ) -> Result<Option<ByteSize>, PostgresError> {
        set_aside::database(&self.admin, oid, name).await
    }

    async fn bring_back(&self, oid: DatabaseOid, name: &DatabaseName) -> Result<(), PostgresError> {
        set_aside::bring_back(&self.admin, oid, name).await
    }

    async fn prepare_owner(&self, name: &DatabaseName) -> Result<(), PostgresError> {
        owner::prepare(&self.admin, name).await
    }

    async fn remove_owner(&self, name: &DatabaseName) -> Result<(), PostgresError> {
        owner::remove(&self.admin, name).await
    }

    async fn restore_part(&self, copy: &CopySpec, part: &DumpPart) -> Result<Command, PostgresError> {
        let mut command = restore::program(&self.admin, &self.programs, copy, &DumpSource::Stdin).await?;
        command.args(tables::options(part));
        Ok(command)
    }

    async fn keep_tables(&self, copy: &CopySpec, tables: &[TableName]) -> Result<(), PostgresError> {
        tables::keep(&self.admin, copy, tables).await
    }

    async fn keep_beside(
        &self,
        oid: DatabaseOid,
        name: &DatabaseName,
    ) -> Result<Option<ByteSize>, PostgresError> {
        set_aside::beside(&self.admin, oid, name).await
    }

    async fn drop_database(&self, permit: DropPermit) -> Result<(), PostgresError> {
        remove::permitted(&self.admin, &permit).await
    }

    async fn try_writes(
        &self,
        copy: &CopySpec,
        writes: &[TableWrites],
    ) -> Result<Vec<WriteTried>, PostgresError> {
        writes::attempt(&self.admin, copy, writes).await
    }

    async fn drop_not_null(
        &self,
        database: &DatabaseName,
        oid: Option<DatabaseOid>,
        columns: &[(String, String)],
    ) -> Result<(), PostgresError> {
        columns::drop_not_null(&self.admin, database, oid, columns).await
    }

    async fn name_of(&self, oid: DatabaseOid) -> Result<Option<String>, PostgresError> {
        const DOING: &str = "looking up a database by its OID";
        let mut session = Session::open(&self.admin, DOING).await?;
        Ok(lookup::by_oid(&mut session, DOING, oid).await?.map(|found| found.name))
    }
}
