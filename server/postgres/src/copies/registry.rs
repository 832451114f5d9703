//! The registry's database: dumped as the backup role, restored as its own role.

use std::process::Stdio;
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::database_copies::{DatabaseContents, DatabaseSnapshot, Progressed};
use control_plane::ports::postgres_host::PostgresError;
use control_plane::ports::registry_database::RegistryDatabase;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::{Copies, connection, contents, lookup, snapshot};
use crate::session::Session;

const READING: &str = "reading the registry's database";
const RESTORING: &str = "preparing the restore of the registry";

/// A recovery ends all sessions, and a reader of an archive must not be able to log in with one.
const ROWLESS: &[&str] = &["public.sessions"];

/// Owns the schema `public` of a new database, on behalf of the database's owner.
const DATABASE_OWNER: &str = "pg_database_owner";

const OCCUPANTS: &str = "
    with member as (select classid, objid from pg_depend where deptype = 'e'),
     ns as (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')
    select name from (
      select 'schema ' || nspname as name from ns where nspname <> 'public'
      union all
      select case c.relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end || n.nspname || '.' || c.relname
      from pg_class c join ns n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
      union all
      select 'function ' || n.nspname || '.' || p.proname from pg_proc p join ns n on n.oid = p.pronamespace
      where not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
      union all
      select 'type ' || n.nspname || '.' || t.typname from pg_type t join ns n on n.oid = t.typnamespace
      where t.typtype in ('e', 'd', 'r')
        and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)) occupant
    order by name not like 'table %', name limit 20";

/// The registry's database on its server.
pub struct RegistryCopies {
    registry: PgConnectOptions,
    copies: Arc<Copies>,
}

/// Without the connection options: they hold the password.
impl std::fmt::Debug for RegistryCopies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegistryCopies").finish_non_exhaustive()
    }
}

impl RegistryCopies {
    /// The database of `registry`, on the server of `copies`: a server has one password of the backup role in this process. Nothing
    /// is connected yet.
    pub const fn new(registry: PgConnectOptions, copies: Arc<Copies>) -> Self {
        Self { registry, copies }
    }

    /// The database's name: libpq takes that of the role where none is set.
    fn name(&self) -> String {
        self.registry.get_database().unwrap_or_else(|| self.registry.get_username()).to_owned()
    }

    fn owners(&self) -> Vec<String> {
        vec![self.registry.get_username().to_owned(), DATABASE_OWNER.to_owned()]
    }

    /// The options give their password as part of a URL only.
    fn password(&self) -> SecretString {
        let url = self.registry.to_url_lossy();
        percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy().into_owned().into()
    }
}

#[async_trait]
impl RegistryDatabase for RegistryCopies {
    async fn snapshot(&self) -> Result<Box<dyn DatabaseSnapshot>, PostgresError> {
        Ok(Box::new(snapshot::of_database(&self.copies, &self.name(), self.owners(), ROWLESS).await?))
    }

    async fn server_version(&self) -> Result<u32, PostgresError> {
        lookup::server_version(&mut Session::open(&self.registry, READING).await?, READING).await
    }

    async fn occupants(&self) -> Result<Vec<String>, PostgresError> {
        let mut session = Session::open(&self.registry, READING).await?;
        let rows: Vec<(String,)> = session.rows(READING, sqlx::query(OCCUPANTS)).await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    async fn restore(&self) -> Result<Command, PostgresError> {
        let version = self.server_version().await?;
        let client = self.copies.programs.for_server(RESTORING, version).await?;
        let mut command = client.command("pg_restore");
        command.args([
            "--no-owner",
            "--no-privileges",
            "--no-tablespaces",
            "--exit-on-error",
            "--no-password",
        ]);
        command.args(["--single-transaction", "--no-publications", "--no-subscriptions"]);
        command.arg(format!("--dbname={}", self.name()));
        command.env("PGAPPNAME", "fleet-recover").stdin(Stdio::piped()).stdout(Stdio::null());
        connection::set(&mut command, &self.registry, self.registry.get_username(), &self.password());
        Ok(command)
    }

    async fn contents(
        &self,
        digests: bool,
        progressed: Progressed<'_>,
    ) -> Result<DatabaseContents, PostgresError> {
        let mut session = self.copies.backup.session(&self.name()).await?;
        contents::begin(&mut session).await?;
        contents::read(&mut session, &self.owners(), digests, progressed).await
    }
}
