//! Verbs that change an instance take turns, project by project.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::ProjectId;
use tokio::sync::OwnedMutexGuard;

/// One lock a project, made when it is first needed and kept while somebody uses it.
#[derive(Debug, Default)]
pub struct Turns {
    locks: Mutex<HashMap<ProjectId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Turns {
    /// Waits until nobody else changes this project's instance; holds until the guard is dropped.
    pub async fn take(&self, id: &ProjectId) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(id.clone()).or_default())
        };
        lock.lock_owned().await
    }
}
