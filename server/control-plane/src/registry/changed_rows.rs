//! The rows of projects that have changed since they were last read into memory: by commits of this process, or as told by
//! notifications.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::ProjectId;
use tokio::sync::Notify;

/// Rows that have changed. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChangedRows(Arc<State>);

#[derive(Debug, Default)]
struct State {
    pending: Mutex<Batch>,
    wake: Notify,
}

/// The rows that have changed since the previous batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    /// The number of changes since the start.
    pub(crate) version: u64,
    /// Whether every row may have changed.
    pub(crate) all: bool,
    /// Rows that have changed.
    pub(crate) ids: BTreeSet<ProjectId>,
}

impl ChangedRows {
    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.0.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks the row of this project as changed.
    pub(crate) fn project(&self, id: &ProjectId) {
        let mut pending = self.lock();
        pending.version += 1;
        pending.ids.insert(id.clone());
        drop(pending);
        self.0.wake.notify_one();
    }

    /// Marks every row as possibly changed.
    pub(crate) fn all(&self) {
        let mut pending = self.lock();
        pending.version += 1;
        pending.all = true;
        drop(pending);
        self.0.wake.notify_one();
    }

    /// The number of changes since the start.
    pub(crate) fn version(&self) -> u64 {
        self.lock().version
    }

    /// The rows that have changed since the last call; waits for the first change.
    pub(crate) async fn take(&self) -> Batch {
        loop {
            {
                let mut pending = self.lock();
                if pending.all || !pending.ids.is_empty() {
                    let version = pending.version;
                    return std::mem::replace(&mut pending, Batch { version, ..Batch::default() });
                }
            }
            self.0.wake.notified().await;
        }
    }
}
