//! The rows of all projects in memory, for pages and tasks that need the whole fleet.
//!
//! They are kept while the engine listens to the registry. A notification marks rows as changed, and changed rows are read again
//! in one query; each observation of all projects reads all of them. A commit of this process marks its rows at once, so a page
//! shows what its own command wrote. While the engine does not listen, the rows are read from the registry each time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::ProjectId;
use model::fleet::UnreadableRow;
use tokio::sync::watch;

use crate::registry::{Batch, ProjectRecord, Registry};
use crate::{Inner, Result};

/// Minimum time between two queries for changed rows.
const PACE: Duration = Duration::from_millis(25);
/// How long a reader waits for changed rows before it reads all rows itself.
const CATCH_UP: Duration = Duration::from_millis(500);
/// The pause after a query that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The rows of all projects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// Rows that are projects, by id.
    pub(crate) records: BTreeMap<ProjectId, Arc<ProjectRecord>>,
    /// Rows that cannot be read, by the text of their id.
    pub(crate) unreadable: BTreeMap<String, UnreadableRow>,
}

impl Rows {
    /// Adds rows as they were read.
    fn insert(&mut self, (records, unreadable): (Vec<ProjectRecord>, Vec<UnreadableRow>)) {
        let records = records.into_iter().map(|record| (record.project.id.clone(), Arc::new(record)));
        self.records.extend(records);
        self.unreadable.extend(unreadable.into_iter().map(|row| (row.id.clone(), row)));
    }

    /// All projects, by id.
    pub(crate) fn projects(&self) -> impl Iterator<Item = &ProjectRecord> {
        self.records.values().map(|record| &**record)
    }

    /// The rows that cannot be read.
    pub(crate) fn unreadable(&self) -> Vec<UnreadableRow> {
        self.unreadable.values().cloned().collect()
    }
}

/// The rows in memory.
#[derive(Debug, Default)]
pub(crate) struct Snapshot(watch::Sender<State>);

#[derive(Debug, Clone, Default)]
struct State {
    /// Whether the engine listens to the registry.
    followed: bool,
    /// The number of changes when the rows were read.
    version: u64,
    rows: Arc<Rows>,
}

/// The rows of all projects, not older than the last commit of this process and the last notification. Needs no query while
/// the engine listens to the registry.
pub(crate) async fn rows(inner: &Inner) -> Result<Arc<Rows>> {
    let wanted = inner.registry.changed_rows().version();
    let mut state = inner.snapshot.0.subscribe();
    let caught_up = state.wait_for(|state| !state.followed || state.version >= wanted);
    if let Ok(Ok(state)) = tokio::time::timeout(CATCH_UP, caught_up).await
        && state.followed
    {
        return Ok(Arc::clone(&state.rows));
    }
    rows_now(&inner.registry).await
}

/// The rows of all projects, read from the registry now.
pub(crate) async fn rows_now(registry: &Registry) -> Result<Arc<Rows>> {
    let mut rows = Rows::default();
    rows.insert(registry.projects().await?);
    Ok(Arc::new(rows))
}

/// Marks the rows as not followed when it is dropped.
struct FollowGuard<'a>(&'a Snapshot);

impl Drop for FollowGuard<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.followed = false);
    }
}

/// Keeps the rows up to date for as long as it is polled: while the engine listens to the registry.
pub(crate) async fn follow(inner: &Inner) {
    let (snapshot, moved) = (&inner.snapshot, inner.registry.changed_rows());
    let _followed = FollowGuard(snapshot);
    moved.all();
    loop {
        let batch = moved.take().await;
        let earlier = Arc::clone(&snapshot.0.borrow().rows);
        match read(inner, &batch, &earlier).await {
            Ok(rows) => snapshot.0.send_modify(|state| {
                *state = State { followed: true, version: batch.version, rows: Arc::new(rows) };
            }),
            Err(error) => {
                tracing::debug!(error = %crate::chain(&error), "reading changed rows");
                snapshot.0.send_modify(|state| state.followed = false);
                tokio::time::sleep(PAUSE).await;
                moved.all();
            }
        }
        tokio::time::sleep(PACE).await;
    }
}

/// The rows with those of the batch read again.
async fn read(inner: &Inner, batch: &Batch, earlier: &Rows) -> Result<Rows> {
    if batch.all {
        let mut rows = Rows::default();
        rows.insert(inner.registry.projects().await?);
        return Ok(rows);
    }
    let mut rows = earlier.clone();
    for id in &batch.ids {
        rows.records.remove(id);
        rows.unreadable.remove(id.as_str());
    }
    rows.insert(inner.registry.projects_of(&batch.ids).await?);
    Ok(rows)
}
