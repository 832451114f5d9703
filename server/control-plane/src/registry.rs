//! The only module that knows SQL of the control plane's database.
//!
//! Two ways in: reads, and [`Change`], a transaction that can only be committed together with its audit event.
//! What the engine reports about its own work (steps, what it saw) goes through [`Reports`]: that is progress, not a change
//! of what is desired.

mod alerts;
mod allocation;
mod audit;
mod backup_changes;
mod backup_faults;
mod backup_policies;
mod backups;
mod baselines;
mod change;
mod changed_rows;
mod claims;
mod columns;
mod connections;
mod database_servers;
mod delete_request_changes;
mod delete_requests;
mod deploy_changes;
mod deploys;
mod drift_findings;
mod engine;
mod error;
mod event;
mod events;
mod fleet;
mod fleet_backup_changes;
mod fleet_backups;
mod image_registries;
mod job_programs;
mod job_reports;
mod jobs;
mod operation_pages;
mod operation_steps;
mod operations;
mod operators;
mod ports;
mod project_changes;
mod project_lookups;
mod project_origins;
mod project_reports;
mod projects;
mod record;
mod recovery;
mod reports;
mod repositories;
mod retained_databases;
mod retention;
mod revisions;
mod rollout_changes;
mod rollouts;
mod schema_digests;
mod schema_volumes;
mod secret_references;
mod set_aside_databases;
mod tokens;
mod trash;
mod webhooks;

use sqlx::migrate::{Migrate as _, MigrateError};
use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{Connection as _, PgConnection, PgPool, Postgres, Transaction};

pub(crate) use allocation::AllocationQueue;
pub use backup_changes::{CompleteBackup, NewBackup};
pub use backup_policies::Scheduled;
pub use backups::BackupRecord;
pub use baselines::{BaselineKey, BaselineRow, DigestedLines, NewBaseline};
pub use change::Change;
pub(crate) use changed_rows::{Batch, ChangedRows};
pub use claims::RemovalClaim;
pub use connections::CONNECTIONS;
pub use database_servers::AllocatedConnections;
pub use delete_request_changes::{DeleteDecision, NewDeleteRequest};
pub use delete_requests::DeleteRequestRow;
pub use deploy_changes::NewDeploy;
pub use engine::{EngineHolder, EngineLock, EngineTerm};
pub use error::RegistryError;
pub use event::Event;
pub use fleet::FleetPolicy;
pub use fleet_backup_changes::{CompleteFleetBackup, NewFleetBackup};
pub use fleet_backups::FleetBackupRecord;
pub use job_programs::JobProgram;
pub use job_reports::{JobClaim, JobFilter};
pub use jobs::{Exclusive, NewJob};
pub use operations::{IdempotencyKey, NewOperation};
pub use operators::OperatorRow;
pub use project_changes::{Placement, StatusChange};
pub use project_origins::NewOrigin;
pub use project_reports::SeenDatabase;
pub use projects::ProjectsPage;
pub use record::{HealthRecord, ProjectRecord};
pub use recovery::FoundBackup;
pub use reports::{Ending, Reports};
pub use retained_databases::{RetainedRow, Retention};
pub use retention::RemovalCounts;
pub use revisions::{Revision, RevisionContent};
pub use rollout_changes::{MemberEnd, NewRollout};
pub use rollouts::{MemberJob, MemberRow, RolloutRow};
pub use schema_digests::{PinnedFile, SchemaDigest};
pub use secret_references::{HOLDERS, Holder, PinnedSecret, SecretReference};
pub use set_aside_databases::{SetAside, SetAsideRow, TakenVersion};
pub use tokens::TokenRow;
pub use trash::TrashedRow;
pub use webhooks::{DueDelivery, NewDelivery};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

pub(crate) fn known() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// The control plane's own database, through one of its pools. Clones share the pool.
#[derive(Debug, Clone)]
pub struct Registry {
    /// What this handle's statements run on: the pool of pages and the API, or that of the engine.
    pool: PgPool,
    /// Sessions, and who a caller is. A pool of its own, so that a log-in works whatever fills the others.
    log_in: PgPool,
    options: PgConnectOptions,
    /// The fleet's policy as it was last read.
    edges: fleet::EdgeCache,
    /// Rows that changed since they were last read into memory.
    moved: ChangedRows,
}

impl Registry {
    /// Connects, without migrating. The handle is that of pages and the API.
    pub async fn connect(options: PgConnectOptions) -> Result<Self> {
        let options = connections::with_timeouts(options);
        let pool = connections::pool(connections::API)
            .connect_with(options.clone())
            .await
            .map_err(RegistryError::sql("connecting"))?;
        let log_in = connections::pool(connections::LOG_IN).connect_lazy_with(options.clone());
        let edges = fleet::EdgeCache::default();
        Ok(Self { pool, log_in, options, edges, moved: ChangedRows::default() })
    }

    /// A handle for the engine, whose statements neither wait for pages and the API nor keep them waiting. Connects when
    /// it is first used; [`Registry::close_pool`] ends it.
    #[must_use]
    pub fn of_engine(&self, term: i64) -> Self {
        let options = self.options.clone().application_name(&format!("atomo-fleet engine, term {term}"));
        Self { pool: connections::pool(connections::ENGINE).connect_lazy_with(options), ..self.clone() }
    }

    /// Brings the schema to this program's version; refuses a newer one, and changes nothing then.
    pub async fn migrate(&self) -> Result<()> {
        let known = known();
        let mut connection = self.unhurried("migrating").await?;
        let outcome = match MIGRATIONS.run(&mut connection).await {
            Ok(()) => self.close_to_projects().await,
            Err(MigrateError::VersionMissing(found)) => Err(RegistryError::Newer { found, known }),
            Err(error) => Err(RegistryError::Migrate(error)),
        };
        let _ = connection.close().await;
        outcome
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
        let mut connection = self.unhurried("asking for the version").await?;
        let applied = async {
            connection.lock().await?; // until the connection ends
            connection.ensure_migrations_table().await?;
            connection.list_applied_migrations().await
        };
        let applied = applied.await.map_err(RegistryError::Migrate)?;
        connection.close().await.map_err(RegistryError::sql("asking for the version"))?;
        Ok(applied.iter().map(|migration| migration.version).max())
    }

    /// A connection of its own whose statements and locks have no time limit: a migration may rewrite a large table.
    async fn unhurried(&self, doing: &'static str) -> Result<PgConnection> {
        let doing = RegistryError::sql(doing);
        let mut connection = self.pool.acquire().await.map_err(&doing)?.detach();
        let unlimited = "set statement_timeout = 0; set lock_timeout = 0";
        sqlx::raw_sql(unlimited).execute(&mut connection).await.map_err(&doing)?;
        Ok(connection)
    }

    /// Revokes the right to connect to the registry from every role but its owner, on a server that it shares with projects.
    async fn close_to_projects(&self) -> Result<()> {
        sqlx::query(
            "do $$ begin execute format('revoke all on database %I from public', current_database()); end $$",
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("closing the registry to projects"))?;
        Ok(())
    }

    /// The connection pool of sessions, for the session store, which has its own statements.
    pub const fn sessions(&self) -> &PgPool {
        &self.log_in
    }

    /// Whether the registry accepts changes; an error if it does not answer.
    pub async fn accepts_changes(&self) -> Result<bool> {
        sqlx::query_scalar("select current_setting('transaction_read_only') = 'off'")
            .fetch_one(&self.log_in)
            .await
            .map_err(RegistryError::sql("asking"))
    }

    /// Rows that changed since they were last read into memory.
    pub(crate) const fn changed_rows(&self) -> &ChangedRows {
        &self.moved
    }

    /// The stream of notifications, on a connection of its own. It reconnects after a loss that it detects.
    pub(crate) async fn listen(&self) -> Result<PgListener> {
        let doing = RegistryError::sql("listening");
        let pool = connections::pool(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(self.options.clone())
            .await
            .map_err(&doing)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(&doing)?;
        listener.listen("fleet").await.map_err(&doing)?;
        Ok(listener)
    }

    /// Notifies all listeners of nothing: one that hears nothing for several periods has lost its connection.
    pub(crate) async fn beat(&self) -> Result<()> {
        sqlx::query(r#"select pg_notify('fleet', '{"topic":"beat"}')"#)
            .execute(&self.pool)
            .await
            .map_err(RegistryError::sql("notifying listeners"))?;
        Ok(())
    }

    /// A transaction whose statements are planned for their parameters: for lists with filters, of which each has its index. A
    /// plan for any parameters would read the whole table.
    async fn filtered(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin_with("begin read only; set local plan_cache_mode = force_custom_plan").await
    }

    /// Closes the pool of this handle.
    pub async fn close_pool(&self) {
        self.pool.close().await;
    }

    /// Closes all connections of this handle and of sessions.
    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.log_in.close());
    }
}
