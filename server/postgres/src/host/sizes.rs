//! Sizes of databases. Postgres measures one by asking the file system for every file of it, some 300 of an empty one, so
//! sizes are no part of the look that tells which databases there are: some are measured at each look, the oldest figure
//! first, and none more often than every five minutes.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use control_plane::ports::postgres_host::{DatabaseReport, PostgresError};
use model::{ByteSize, DatabaseName, DatabaseOid};
use time::OffsetDateTime;

use crate::session::Session;

const DOING: &str = "measuring the projects' databases";
/// How long a figure is good enough.
const FRESH: Duration = Duration::from_secs(300);
/// How long the look at everything waits for figures.
const LIMIT: Duration = Duration::from_secs(5);
/// Databases that are measured at one look: 15,000 files.
pub const AT_ONCE: usize = 50;

/// The last figure of every database.
#[derive(Debug, Default)]
pub struct Sizes(Mutex<HashMap<DatabaseOid, Measured>>);

#[derive(Debug, Clone, Copy)]
struct Measured {
    bytes: Option<ByteSize>,
    at: OffsetDateTime,
    taken: Instant,
}

impl Sizes {
    /// Measures those databases whose turn it is, and writes the last figure of each into `seen`. Figures of databases
    /// that are gone are forgotten. Without an answer the former figures stay.
    pub async fn complete(
        &self,
        session: &mut Session,
        seen: &mut BTreeMap<DatabaseName, DatabaseReport>,
    ) -> Result<(), PostgresError> {
        let all: Vec<DatabaseOid> = seen.values().filter_map(|database| database.facts.oid).collect();
        let due = self.due(&all, Instant::now());
        let outcome = self.measure(session, &due).await;
        let known = self.lock();
        for database in seen.values_mut() {
            let Some(measured) = database.facts.oid.and_then(|oid| known.get(&oid)) else { continue };
            database.figures.bytes = measured.bytes;
            database.figures.measured_at = Some(measured.at);
        }
        outcome
    }

    /// Whose turn it is: those without a figure, then the oldest ones.
    fn due(&self, all: &[DatabaseOid], now: Instant) -> Vec<DatabaseOid> {
        let mut known = self.lock();
        known.retain(|oid, _| all.contains(oid));
        let age = |oid: &DatabaseOid| known.get(oid).map(|measured| now.duration_since(measured.taken));
        let mut due: Vec<_> = all.iter().filter(|oid| age(oid).is_none_or(|age| age >= FRESH)).collect();
        due.sort_by_key(|oid| known.get(oid).map(|measured| measured.taken));
        due.into_iter().take(AT_ONCE).copied().collect()
    }

    async fn measure(&self, session: &mut Session, due: &[DatabaseOid]) -> Result<(), PostgresError> {
        if due.is_empty() {
            return Ok(());
        }
        let oids: Vec<i64> = due.iter().map(|oid| i64::from(oid.get())).collect();
        let query = sqlx::query(
            "select d.oid::int8, pg_database_size(d.oid) from pg_database d where d.oid::int8 = any($1)",
        );
        let rows = tokio::time::timeout(LIMIT, session.rows(DOING, query.bind(oids))).await;
        let slow = || PostgresError::Away {
            doing: DOING,
            reason: format!("no answer within {} s", LIMIT.as_secs()),
        };
        let rows: Vec<(i64, Option<i64>)> = rows.map_err(|_| slow())??;
        self.keep(&rows, Instant::now());
        Ok(())
    }

    fn keep(&self, rows: &[(i64, Option<i64>)], taken: Instant) {
        let mut known = self.lock();
        for (oid, bytes) in rows {
            let Ok(oid) = u32::try_from(*oid) else { continue };
            let bytes = bytes.and_then(|bytes| ByteSize::try_from(bytes).ok());
            let measured = Measured { bytes, at: OffsetDateTime::now_utc(), taken };
            known.insert(DatabaseOid::new(oid), measured);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DatabaseOid, Measured>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
