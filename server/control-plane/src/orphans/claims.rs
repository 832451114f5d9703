//! A project must not be made under an id while what was left behind there is removed: its new instance would go with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::ProjectId;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// One lock an id, kept while somebody holds it. Nobody waits for one: whoever comes second is refused.
#[derive(Debug, Default)]
pub(crate) struct Claims(Mutex<HashMap<ProjectId, Arc<RwLock<()>>>>);

impl Claims {
    /// For as long as a project is made; several may try that at once. `None` while its orphan is removed.
    pub(crate) fn create(&self, id: &ProjectId) -> Option<OwnedRwLockReadGuard<()>> {
        self.lock(id).try_read_owned().ok()
    }

    /// For as long as an orphan is removed. `None` while a project of this id is made, or its orphan removed already.
    pub(crate) fn remove(&self, id: &ProjectId) -> Option<OwnedRwLockWriteGuard<()>> {
        self.lock(id).try_write_owned().ok()
    }

    fn lock(&self, id: &ProjectId) -> Arc<RwLock<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(id.clone()).or_default())
    }
}

#[cfg(test)]
mod tests;
