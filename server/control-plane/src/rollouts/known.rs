//! What the engine knows of open rollouts, for the fleet page; and the signal that wakes its task.

use std::sync::{PoisonError, RwLock};

use model::RolloutState;
use tokio::sync::Notify;

use crate::registry::RolloutRow;

/// The open rollouts as they were last read. While there is none, notifications of operations do not wake the task.
#[derive(Debug, Default)]
pub(crate) struct KnownRollouts {
    open: RwLock<Vec<RolloutRow>>,
    notify: Notify,
}

impl KnownRollouts {
    /// A command changed a rollout.
    pub(super) fn wake(&self) {
        self.notify.notify_one();
    }

    /// An operation or a member has changed.
    pub(crate) fn moved(&self) {
        if !self.open.read().unwrap_or_else(PoisonError::into_inner).is_empty() {
            self.notify.notify_one();
        }
    }

    /// Returns once after each signal.
    pub(crate) async fn woken(&self) {
        self.notify.notified().await;
    }

    pub(super) fn set(&self, rows: &[RolloutRow]) {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = rows.to_vec();
    }

    /// The paused ones, the oldest first.
    pub(super) fn paused(&self) -> Vec<RolloutRow> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.iter().filter(|row| row.rollout.state == RolloutState::Paused).cloned().collect()
    }
}
