//! Mutual exclusion on a project between the plans of its worker and a job that holds the project.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::ProjectId;
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use crate::keyed_lock::KeyedLock;

/// At most one plan for each project at a time, which a job can end.
#[derive(Debug, Default)]
pub(crate) struct Acts {
    locks: KeyedLock<ProjectId>,
    plans: Mutex<HashMap<ProjectId, CancellationToken>>,
}

impl Acts {
    /// A plan begins; it lasts until the guard is dropped. `cancel` ends its waits. The row has to be read again afterwards: a
    /// job may have taken the project in between.
    pub(super) async fn begin(&self, id: &ProjectId, cancel: &CancellationToken) -> OwnedMutexGuard<()> {
        let guard = self.locks.lock(id).await;
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|_, cancel| !cancel.is_cancelled());
        plans.insert(id.clone(), cancel.clone());
        guard
    }

    /// Returns when no step of a plan acts on the project any more. A job calls it after its mark was committed
    /// (`projects.exclusive_job`): every plan that is made later sees the mark.
    pub(crate) async fn quiesce(&self, id: &ProjectId) {
        let plan = self.plans.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        if let Some(plan) = plan {
            plan.cancel();
        }
        drop(self.locks.lock(id).await);
    }
}
