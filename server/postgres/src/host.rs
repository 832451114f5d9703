//! The projects' databases on one server.
//!
//! Isolation: the role that we connect as owns every project's database, so no project can drop or rename its own;
//! the project's role owns schema `public` in it and may connect to it and to nothing else. A new database takes no
//! connections until `PUBLIC` has lost its rights, and the right to connect is given to the project's role last: a
//! database in which it is missing was not finished, and counts as absent until [`PostgresHost::ensure_database`] has
//! been through.
//!
//! Our own role is either a superuser, or (Postgres 15 and newer) a role with `LOGIN INHERIT CREATEDB CREATEROLE`.
//! The latter makes itself a member of every project's role, cannot correct a role that somebody made a superuser, and
//! cannot close the databases `postgres` and `template1` to others: use it with [`Tenancy::Shared`]. What it lacks is
//! said at every probe (`preflight.rs`).

mod ensure;
mod facts;
mod preflight;
mod retain;
mod role_settings;
mod sizes;
mod url;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use async_trait::async_trait;
use control_plane::ports::postgres_host::{
    DatabaseReport, DatabaseSpec, EnsureOutcome, PostgresError, PostgresHost, PostgresInfo,
};
use model::state::DatabaseSeen;
use model::{ByteSize, DatabaseFigures, DatabaseName, DatabaseOid};
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{OnceCell, Semaphore};

use crate::session::Session;
use facts::Verifiers;
use sizes::Sizes;

/// Projects whose databases are worked on at once; each takes two of the server's connections.
const AT_ONCE: u32 = 8;
/// Our own connections at most: those, and the questions that are asked beside them.
const ACTS: u32 = 2 * AT_ONCE + 2;

const DATABASES: &str = "
    select d.datname::text, d.oid::int8, coalesce(a.connections, 0), r.rolconnlimit
    from pg_database d
    join pg_roles r on r.rolname = d.datname
    left join (
        select datid, count(*) as connections from pg_stat_activity where usesysid is not null group by datid
    ) a on a.datid = d.oid
    where d.datname like 'proj\\_%'
      and has_database_privilege(d.oid, 'CONNECT')
      and has_database_privilege(r.oid, d.oid, 'CONNECT')
      and not has_database_privilege('public', d.oid, 'CONNECT')";

/// Whether others use the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenancy {
    /// It is the fleet's alone: also the databases `postgres` and `template1` are closed to projects.
    Exclusive,
    /// Others have databases there; what was there before the fleet is left as it is.
    Shared,
}

/// A database server.
pub struct Host {
    admin: PgConnectOptions,
    tenancy: Tenancy,
    closed: OnceCell<()>,
    verifiers: OnceCell<Verifiers>,
    sizes: Sizes,
    permits: Semaphore,
}

impl Host {
    /// The server at these options, whose role is the control plane's. Nothing is connected yet. Of the options'
    /// TLS settings instances get the mode only: a private authority must be among the machine's own roots.
    pub fn new(admin: PgConnectOptions, tenancy: Tenancy) -> Self {
        Self {
            admin,
            tenancy,
            closed: OnceCell::new(),
            verifiers: OnceCell::new(),
            sizes: Sizes::default(),
            permits: Semaphore::new(AT_ONCE as usize),
        }
    }
}

/// Without the connection options: they hold the password.
impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("tenancy", &self.tenancy).finish_non_exhaustive()
    }
}

#[async_trait]
impl PostgresHost for Host {
    async fn probe(&self) -> Result<PostgresInfo, PostgresError> {
        const DOING: &str = "asking the database server what it is";
        let mut session = Session::open(&self.admin, DOING).await?;
        preflight::probe(&mut session, self.tenancy).await
    }

    async fn ensure_database(&self, spec: &DatabaseSpec) -> Result<EnsureOutcome, PostgresError> {
        let _permit = self.permits.acquire().await;
        self.closed.get_or_try_init(|| ensure::closed_to_projects(&self.admin, self.tenancy)).await?;
        let verifiers = *self.verifiers.get_or_try_init(|| ensure::verifiers(&self.admin)).await?;
        let begun = Instant::now();
        let made = ensure::database(&self.admin, spec, verifiers).await;
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(database.name = %spec.name, duration_ms, ?made, "ensured a database in {duration_ms} ms");
        made
    }

    async fn retain_database(&self, name: &DatabaseName) -> Result<Option<ByteSize>, PostgresError> {
        let _permit = self.permits.acquire().await;
        retain::database(&self.admin, name).await
    }

    async fn databases(&self) -> Result<BTreeMap<DatabaseName, DatabaseReport>, PostgresError> {
        const DOING: &str = "listing the projects' databases";
        let mut session = Session::open(&self.admin, DOING).await?;
        let rows: Vec<(String, i64, i64, i32)> = session.rows(DOING, sqlx::query(DATABASES)).await?;
        let mut seen: BTreeMap<_, _> =
            rows.into_iter().filter_map(|(name, oid, open, limit)| seen(&name, oid, open, limit)).collect();
        if let Err(error) = self.sizes.complete(&mut session, &mut seen).await {
            tracing::warn!(%error, "the sizes of the projects' databases stay as they were measured last");
        }
        Ok(seen)
    }

    fn socket(&self) -> Option<PathBuf> {
        url::socket(&self.admin).map(PathBuf::from)
    }

    fn url(&self, name: &DatabaseName, password: &SecretString) -> SecretString {
        url::of(&self.admin, &name.to_string(), password)
    }
}

/// A row of [`DATABASES`]; `None` when the name is no project's. A role without a limit has the largest there is.
fn seen(name: &str, oid: i64, open: i64, limit: i32) -> Option<(DatabaseName, DatabaseReport)> {
    let name: DatabaseName = name.parse().ok()?;
    let connections = Some(u32::try_from(open).unwrap_or(u32::MAX));
    let limit = Some(u32::try_from(limit).unwrap_or(u32::MAX));
    let oid = u32::try_from(oid).ok().map(DatabaseOid::new);
    let figures = DatabaseFigures { connections, ..DatabaseFigures::default() };
    Some((name, DatabaseReport { facts: DatabaseSeen { oid, limit }, figures }))
}
