//! The queue of changes that allocate ports or connections. The registry makes them one after the other by a lock of its own; here
//! they wait without a connection, so that twenty creates at once leave connections for everything else.

use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

use super::{RegistryError, Result};

/// Longest wait for a turn. A change takes some milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct AllocationQueue(Mutex<()>);

impl AllocationQueue {
    /// Waits for the turn, which lasts until it is dropped. A transient error if that takes too long.
    pub(crate) async fn turn(&self) -> Result<MutexGuard<'_, ()>> {
        let turn = tokio::time::timeout(PATIENCE, self.0.lock()).await;
        turn.map_err(|_| RegistryError::sql("waiting for other changes")(sqlx::Error::PoolTimedOut))
    }
}
