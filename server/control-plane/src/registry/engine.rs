//! The engine lock: one control plane reconciles a registry at a time.
//!
//! The lock is an advisory lock of a session on a connection of its own, so it ends with that connection, whatever becomes of
//! the process. Each holder begins a term, a number that only grows. Reports of the engine carry it and are written only while
//! it is the present one, so a holder that lost its lock without noticing changes nothing.

use std::time::{Duration, Instant};

use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use time::OffsetDateTime;

use super::{Registry, RegistryError, Result};

/// How long [`Registry::lock_engine`] waits for a former holder to end, for example at a restart of the service.
const PATIENCE: Duration = Duration::from_secs(3);
/// The pause between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(100);
/// How often the holder asks whether its connection and its term are still there.
const BEAT: Duration = Duration::from_secs(1);
/// How long the answer may take before the connection counts as lost.
const ANSWER: Duration = Duration::from_secs(5);

/// The control plane that holds the engine lock, as it wrote it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineHolder {
    /// Its term.
    pub term: i64,
    /// Its machine.
    pub host: String,
    /// Its process there.
    pub pid: i32,
    /// Since when it holds the lock.
    pub since: OffsetDateTime,
}

impl std::fmt::Display for EngineHolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let since = self.since.replace_nanosecond(0).unwrap_or(self.since);
        let since = since.format(&time::format_description::well_known::Rfc3339).unwrap_or_default();
        write!(f, "the process {} on {}, since {since}", self.pid, self.host)
    }
}

/// The engine lock before a term: the registry can be migrated under it. It is let go of when it is dropped.
#[derive(Debug)]
pub struct EngineLock(PgConnection);

/// The engine lock with its term. It is let go of when it is dropped.
#[derive(Debug)]
pub struct EngineTerm {
    connection: PgConnection,
    number: i64,
}

impl Registry {
    /// Takes the engine lock. Waits some seconds for a holder that is ending; [`RegistryError::Led`] names one that is not.
    pub async fn lock_engine(&self) -> Result<EngineLock> {
        let end = Instant::now() + PATIENCE;
        let mut connection = self.connection_of_lock().await?;
        while !try_lock(&mut connection).await? {
            if Instant::now() >= end {
                return Err(RegistryError::Led(holder(&mut connection).await?.map(Box::new)));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(EngineLock(connection))
    }

    /// Takes the lock again after the connection of this term was lost, and begins the next term. A session that the server
    /// has not given up yet is ended; [`RegistryError::Led`] where another control plane began a term meanwhile.
    pub(crate) async fn lock_engine_again(&self, lost: i64) -> Result<EngineTerm> {
        let mut connection = self.connection_of_lock().await?;
        if !try_lock(&mut connection).await? {
            if let Some(other) = holder(&mut connection).await?.filter(|holder| holder.term != lost) {
                return Err(RegistryError::Led(Some(Box::new(other))));
            }
            end_lost_session(&mut connection).await?;
            return Err(RegistryError::sql("taking the engine lock again")(sqlx::Error::PoolTimedOut));
        }
        EngineLock(connection).begin_term().await
    }

    async fn connection_of_lock(&self) -> Result<PgConnection> {
        let options = self.options.clone().application_name("atomo-fleet engine lock");
        let connecting = tokio::time::timeout(ANSWER, options.connect()).await;
        let connected = connecting.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        connected.map_err(RegistryError::sql("connecting for the engine lock"))
    }
}

impl EngineLock {
    /// Begins a term: from now on, reports of earlier ones change nothing. The registry has to be migrated.
    pub async fn begin_term(self) -> Result<EngineTerm> {
        let Self(mut connection) = self;
        let number = sqlx::query_scalar!(
            "update engine set term = term + 1, host = $1, pid = $2, since = now() returning term",
            host(),
            i32::try_from(std::process::id()).unwrap_or(i32::MAX)
        )
        .fetch_one(&mut connection)
        .await
        .map_err(RegistryError::sql("beginning a term of the engine"))?;
        Ok(EngineTerm { connection, number })
    }
}

impl EngineTerm {
    /// The term, which reports carry.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Returns why when the lock is lost: its connection ended or is silent, or another term began.
    pub async fn lost(&mut self) -> String {
        loop {
            tokio::time::sleep(BEAT).await;
            let asking = sqlx::query_scalar!("select term from engine").fetch_one(&mut self.connection);
            match tokio::time::timeout(ANSWER, asking).await {
                Ok(Ok(term)) if term == self.number => {}
                Ok(Ok(term)) => return format!("term {term} began in place of {}", self.number),
                Ok(Err(error)) => return crate::chain(&error),
                Err(_) => return format!("its connection did not answer within {} s", ANSWER.as_secs()),
            }
        }
    }

    /// Lets go of the lock.
    pub async fn release(self) {
        let _ = tokio::time::timeout(ANSWER, self.connection.close()).await;
    }
}

async fn try_lock(connection: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar("select pg_try_advisory_lock(4061, 0)")
        .fetch_one(connection)
        .await
        .map_err(RegistryError::sql("taking the engine lock"))
}

/// The control plane that began the present term; `None` before the first term of a registry.
async fn holder(connection: &mut PgConnection) -> Result<Option<EngineHolder>> {
    let doing = RegistryError::sql("reading who holds the engine lock");
    let exists: bool = sqlx::query_scalar("select to_regclass('engine') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(&doing)?;
    if !exists {
        return Ok(None);
    }
    sqlx::query_as!(
        EngineHolder,
        r#"select term, host as "host!", pid as "pid!", since as "since!" from engine where since is not null"#
    )
    .fetch_optional(connection)
    .await
    .map_err(&doing)
}

/// Ends the session that holds the lock. Only for a session of our own: the term has not moved since it was ours.
async fn end_lost_session(connection: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and classid = 4061 and objid = 0 and objsubid = 2 and granted
           and database = (select oid from pg_database where datname = current_database())",
    )
    .execute(connection)
    .await
    .map_err(RegistryError::sql("ending a lost session"))?;
    Ok(())
}

/// The name of this machine.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    name.map_or_else(|_| "this machine".to_owned(), |name| name.trim().to_owned())
}
