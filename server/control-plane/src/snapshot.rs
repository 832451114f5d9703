//! The rows of all projects in memory, for whatever shows or compares the whole fleet.
//!
//! They are kept while the engine listens to the registry: a notification has the rows it names read again, many at once in one
//! query, and a look at all projects has all of them read. What this process commits itself counts from its commit on, so a page
//! shows what its own command wrote. While nothing is listened to, the rows are read from the registry each time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::ProjectId;
use model::fleet::UnreadableRow;
use tokio::sync::watch;

use crate::registry::{Batch, ProjectRecord, Registry};
use crate::{Inner, Result};

/// The shortest time between two queries for rows that moved.
const PACE: Duration = Duration::from_millis(25);
/// How long a reader waits for rows that are being read again, before it reads all by itself.
const CATCH_UP: Duration = Duration::from_millis(500);
/// The pause after rows that could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// The rows of all projects.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// Those that are projects, by id.
    pub(crate) records: BTreeMap<ProjectId, Arc<ProjectRecord>>,
    /// Those that cannot be read, by what stands as their id.
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

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Snapshot(watch::Sender<State>);

#[derive(Debug, Clone, Default)]
struct State {
    /// Whether the registry is listened to.
    followed: bool,
    /// The count of what moved when these were read.
    version: u64,
    rows: Arc<Rows>,
}

/// The rows of all projects, not older than what this process committed or heard of. Without a query while the registry is
/// listened to.
pub(crate) async fn rows(inner: &Inner) -> Result<Arc<Rows>> {
    let wanted = inner.registry.moved().version();
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

/// Ends with the listening.
struct Followed<'a>(&'a Snapshot);

impl Drop for Followed<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.followed = false);
    }
}

/// Keeps the rows, for as long as it is polled: while the registry is listened to.
pub(crate) async fn follow(inner: &Inner) {
    let (snapshot, moved) = (&inner.snapshot, inner.registry.moved());
    let _followed = Followed(snapshot);
    moved.all();
    loop {
        let batch = moved.take().await;
        let earlier = Arc::clone(&snapshot.0.borrow().rows);
        match read(inner, &batch, &earlier).await {
            Ok(rows) => snapshot.0.send_modify(|state| {
                *state = State { followed: true, version: batch.version, rows: Arc::new(rows) };
            }),
            Err(error) => {
                tracing::debug!(error = %crate::chain(&error), "reading rows that moved");
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
