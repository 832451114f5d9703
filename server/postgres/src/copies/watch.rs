//! Watches the locks in a copy while a server is started on it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use control_plane::ports::database_copies::{CopyActivity, CopySpec};
use control_plane::ports::postgres_host::PostgresError;
use model::LockHeld;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

use super::names;
use crate::session::Session;

const DOING: &str = "watching a copy of a database";
/// Between two looks.
const EVERY: Duration = Duration::from_millis(20);

/// Tables as they are: OID, name, and the file that has their rows.
const TABLES: &str = "
    select c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relfilenode::bigint
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

/// Locks that other sessions hold on tables and that readers or writers wait for.
const LOCKS: &str = "
    select relation::bigint, mode from pg_locks
    where granted and locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
      and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') and pid <> pg_backend_pid()";

/// The whole contract of `watch`. Tables that are made meanwhile are left out: nobody waits for them.
pub async fn copy(
    admin: &PgConnectOptions,
    copy: &CopySpec,
    over: &CancellationToken,
) -> Result<CopyActivity, PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let options = admin.clone().database(&copy.name.to_string());
    let mut session = Session::open(&options, DOING).await?;
    let before = tables(&mut session).await?;
    let mut seen: BTreeMap<(i64, String), Span> = BTreeMap::new();
    while !over.is_cancelled() {
        let held: Vec<(i64, String)> = session.rows(DOING, sqlx::query(LOCKS)).await?;
        let now = Instant::now();
        for lock in held.into_iter().filter(|(table, _)| before.contains_key(table)).collect::<BTreeSet<_>>()
        {
            seen.entry(lock).or_insert(Span { first: now, last: now }).last = now;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = over.cancelled() => {}
        }
    }
    let after = tables(&mut session).await?;
    Ok(activity(&before, &after, seen))
}

/// When a lock was seen.
struct Span {
    first: Instant,
    last: Instant,
}

/// Name and file of a table.
type Files = BTreeMap<i64, (String, i64)>;

async fn tables(session: &mut Session) -> Result<Files, PostgresError> {
    let rows: Vec<(i64, String, i64)> = session.rows(DOING, sqlx::query(TABLES)).await?;
    Ok(rows.into_iter().map(|(oid, name, file)| (oid, (name, file))).collect())
}

fn activity(before: &Files, after: &Files, seen: BTreeMap<(i64, String), Span>) -> CopyActivity {
    let held = |((table, mode), span): ((i64, String), Span)| {
        let (table, _) = before.get(&table)?.clone();
        let millis = (span.last - span.first + EVERY).as_millis();
        Some(LockHeld { table, mode, millis: u64::try_from(millis).unwrap_or(u64::MAX) })
    };
    let mut locks: Vec<LockHeld> = seen.into_iter().filter_map(held).collect();
    locks.sort_by(|a, b| b.millis.cmp(&a.millis).then_with(|| a.table.cmp(&b.table)));
    let rewritten = before.iter().filter_map(|(oid, (name, file))| {
        let (_, now) = after.get(oid)?;
        (now != file).then(|| name.clone())
    });
    CopyActivity { locks, rewritten: rewritten.collect() }
}
