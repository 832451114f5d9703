//! The only module that knows SQL of the control plane's database.
//!
//! Two ways in: reads, and [`Change`], a transaction that can only be committed together with its audit event.
//! What the engine reports about its own work (steps, what it saw) goes through [`Reports`]: that is progress, not a change
//! of what is desired.

mod audit;
mod change;
mod database_servers;
mod first_admin;
mod fleet;
mod image_registries;
mod kept_databases;
mod operation_steps;
mod operations;
mod operators;
mod project_changes;
mod projects;
mod reports;
mod repositories;
mod revisions;
mod secret_references;
mod tokens;

use std::borrow::Cow;

use model::{PoolSize, Problem, ProblemKind};
use sqlx::migrate::{Migrate as _, MigrateError};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Connection as _, PgPool};

pub use change::{Change, Event, EventAction};
pub use database_servers::Given;
pub use kept_databases::Kept;
pub use operations::{NewOperation, RequestKey};
pub use operators::OperatorRow;
pub use project_changes::{Placement, StatusChange};
pub use projects::ProjectRecord;
pub use reports::{Ending, Reports};
pub use revisions::{Revision, RevisionContent};
pub use secret_references::{PinnedSecret, SecretReference};
pub use tokens::TokenRow;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The connections that the control plane keeps to its own database.
pub const POOL: u32 = 10;

/// SQLSTATEs with a text of their own.
const DISK_FULL: &str = "53100";
const TOO_MANY_CONNECTIONS: &str = "53300";

/// Why the registry could not do it.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The statement failed.
    #[error("{doing} in the registry")]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        #[source]
        source: sqlx::Error,
    },
    /// A row holds something that is not a value of ours.
    #[error("the {table} row {id} of the registry: {reason}")]
    Row {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// The column and its fault.
        reason: String,
    },
    /// The database was migrated by a newer program.
    #[error(
        "the registry was migrated to version {found}, this program knows version {known} at most: use the newer program"
    )]
    Newer {
        /// Its newest migration.
        found: i64,
        /// Our newest.
        known: i64,
    },
    /// The database has not been migrated to this program's version.
    #[error(
        "the registry is of version {found}, this program needs version {known}: use the program that the server was \
         started with, or stop that server and run `atomo-fleet migrate`"
    )]
    Older {
        /// Its newest migration.
        found: i64,
        /// Our newest.
        known: i64,
    },
    /// Another control plane holds the engine lock, or the operation is over: the report was not written.
    #[error("the operation is over, or another control plane works on this registry now")]
    NotOurs,
    /// A migration failed.
    #[error("the registry could not be migrated")]
    Migrate(#[source] MigrateError),
}

impl RegistryError {
    pub(crate) const fn sql(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| Self::Sql { doing, source }
    }

    /// Whether the database did not answer, rather than refuse.
    pub fn is_transient(&self) -> bool {
        use sqlx::Error as E;
        match self {
            Self::Sql { source: E::Database(error), .. } => error
                .code()
                .is_some_and(|code| code.starts_with("57P") || code.starts_with("53") || code == "40001"),
            Self::Sql { source, .. } => {
                matches!(source, E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::Tls(_) | E::WorkerCrashed)
            }
            _ => false,
        }
    }

    /// The problem for the caller. Does not log: the edge that answers does, once.
    pub fn problem(&self) -> Problem {
        if self.is_transient() {
            let (title, detail) = self.passing();
            let detail = format!("{detail} Nothing was changed; projects keep running.");
            return Problem { title: title.into(), ..Problem::unavailable("postgres", detail) };
        }
        Problem::new(
            ProblemKind::Internal,
            "Internal registry error",
            "Nothing was changed. The control plane's log has the details.",
        )
    }

    /// What passes, and what to do for that.
    fn passing(&self) -> (&'static str, &'static str) {
        match self.sqlstate().as_deref() {
            Some(DISK_FULL) => (
                "The registry's disk is full",
                "No space is left on the disk of the registry's database. Make room there, then try again.",
            ),
            Some(TOO_MANY_CONNECTIONS) => (
                "The registry's database has no connection left",
                "All connections that the registry's database server allows are in use. Stop what holds them, or raise \
                 max_connections of the server; then try again.",
            ),
            // sqlx tries again by itself while there is no connection left, and tells neither this nor what it was
            _ if matches!(self, Self::Sql { source: sqlx::Error::PoolTimedOut, .. }) => (
                "The registry does not answer",
                "The registry's database does not answer, or all of its connections are in use. Try again when it is \
                 back; raise max_connections of its server if this lasts.",
            ),
            _ => (
                "The registry does not answer",
                "The registry's database does not answer. Try again when it is back.",
            ),
        }
    }

    fn sqlstate(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Sql { source: sqlx::Error::Database(error), .. } => error.code(),
            _ => None,
        }
    }

    /// The name of the constraint that was violated, if that is what happened.
    pub(crate) fn constraint(&self) -> Option<&str> {
        match self {
            Self::Sql { source: sqlx::Error::Database(error), .. } => error.constraint(),
            _ => None,
        }
    }
}

fn known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// The control plane's own database.
#[derive(Debug, Clone)]
pub struct Registry {
    pool: PgPool,
    /// What a project has whose row says nothing of its pool.
    pool_size: PoolSize,
}

impl Registry {
    /// Connects, without migrating.
    pub async fn connect(options: PgConnectOptions) -> Result<Self> {
        let options = options.application_name("atomo-fleet");
        let pool = PgPoolOptions::new()
            .max_connections(POOL)
            .acquire_timeout(std::time::Duration::from_secs(3))
            .connect_with(options)
            .await
            .map_err(RegistryError::sql("connecting"))?;
        Ok(Self { pool, pool_size: PoolSize::default() })
    }

    /// The same, with the pool of projects whose row says nothing of it.
    #[must_use]
    pub const fn with_pool_size(mut self, pool_size: PoolSize) -> Self {
        self.pool_size = pool_size;
        self
    }

    /// Brings the schema to this program's version; refuses a newer one, and changes nothing then.
    pub async fn migrate(&self) -> Result<()> {
        let known = known();
        match MIGRATIONS.run(&self.pool).await {
            Ok(()) => self.close_to_projects().await,
            Err(MigrateError::VersionMissing(found)) => Err(RegistryError::Newer { found, known }),
            Err(error) => Err(RegistryError::Migrate(error)),
        }
    }

    /// Makes the schema where there is none. One that is there has to be of this program's version: another program may be
    /// at work on it.
    pub async fn migrate_if_empty(&self) -> Result<()> {
        let known = known();
        match self.version().await? {
            None => self.migrate().await,
            Some(found) if found < known => Err(RegistryError::Older { found, known }),
            Some(found) if found > known => Err(RegistryError::Newer { found, known }),
            Some(_) => Ok(()),
        }
    }

    /// The newest migration that was applied; waits for one that is under way.
    async fn version(&self) -> Result<Option<i64>> {
        let mut connection =
            self.pool.acquire().await.map_err(RegistryError::sql("asking for the version"))?.detach();
        let applied = async {
            connection.lock().await?; // until the connection ends
            connection.ensure_migrations_table().await?;
            connection.list_applied_migrations().await
        };
        let applied = applied.await.map_err(RegistryError::Migrate)?;
        connection.close().await.map_err(RegistryError::sql("asking for the version"))?;
        Ok(applied.iter().map(|migration| migration.version).max())
    }

    /// On a server that projects share with the registry, nobody but its owner may connect to it.
    async fn close_to_projects(&self) -> Result<()> {
        sqlx::query(
            "do $$ begin execute format('revoke all on database %I from public', current_database()); end $$",
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("closing the registry to projects"))?;
        Ok(())
    }

    /// The pool, for the session store, which brings its own statements.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await.map_err(RegistryError::sql("asking"))?;
        Ok(())
    }

    /// A stream of what moves; reconnects by itself.
    pub(crate) async fn listen(&self) -> Result<PgListener> {
        let doing = RegistryError::sql("listening");
        let mut listener = PgListener::connect_with(&self.pool).await.map_err(&doing)?;
        listener.listen("fleet").await.map_err(&doing)?;
        Ok(listener)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
