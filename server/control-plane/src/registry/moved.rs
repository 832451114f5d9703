//! Which rows of projects changed since they were last read into memory: by our own commits, and by notifications.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::ProjectId;
use tokio::sync::Notify;

/// Counts what moved. Clones share the count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moved(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    pending: Mutex<Batch>,
    wake: Notify,
}

/// What moved since the batch before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    /// The count of all that ever moved.
    pub(crate) version: u64,
    /// Whether every row may have moved.
    pub(crate) all: bool,
    /// Rows that moved.
    pub(crate) ids: BTreeSet<ProjectId>,
}

impl Moved {
    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.0.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The row of this project moved.
    pub(crate) fn project(&self, id: &ProjectId) {
        let mut pending = self.lock();
        pending.version += 1;
        pending.ids.insert(id.clone());
        drop(pending);
        self.0.wake.notify_one();
    }

    /// Every row may have moved.
    pub(crate) fn all(&self) {
        let mut pending = self.lock();
        pending.version += 1;
        pending.all = true;
        drop(pending);
        self.0.wake.notify_one();
    }

    /// The count of all that ever moved.
    pub(crate) fn version(&self) -> u64 {
        self.lock().version
    }

    /// What moved since the last call, as soon as something did.
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
