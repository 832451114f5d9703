//! How many acts of a kind run at once. A permit bounds an act (starting an instance, altering a database, pulling an image);
//! waiting for readiness, for a download's registry, for the gateway or for a server that does not answer holds none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Actor, DatabaseServerName};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Starts that are kept for urgent work.
const RESERVED: usize = 2;
/// Images that are pulled at once.
const PULLS: usize = 4;
/// Acts on one database server at once.
const DATABASE_ACTS: usize = 4;

/// Who comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    /// An operator waits for it, or visitors do: a command, an instance that ended.
    Urgent,
    /// Routine: a difference that the engine found by itself.
    Routine,
}

impl Priority {
    /// The priority of work that this actor asked for.
    pub(crate) const fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Operator(_) | Actor::Token { .. } | Actor::Host | Actor::Registry => Self::Urgent,
            Actor::Reconciler | Actor::Schedule => Self::Routine,
        }
    }
}

/// The permits of one kind of act. Some of them are kept for urgent work, so that routine work never takes the last.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    general: Arc<Semaphore>,
    reserved: Arc<Semaphore>,
}

impl Pool {
    fn new(general: usize, reserved: usize) -> Self {
        Self { general: Arc::new(Semaphore::new(general)), reserved: Arc::new(Semaphore::new(reserved)) }
    }

    /// Waits for a permit. `None` once the pool is closed, which never happens.
    pub(crate) async fn acquire(&self, priority: Priority) -> Option<OwnedSemaphorePermit> {
        let general = Arc::clone(&self.general).acquire_owned();
        match priority {
            Priority::Routine => general.await.ok(),
            Priority::Urgent => tokio::select! {
                biased;
                permit = general => permit.ok(),
                permit = Arc::clone(&self.reserved).acquire_owned() => permit.ok(),
            },
        }
    }
}

/// The permits of all kinds.
#[derive(Debug)]
pub(crate) struct Permits {
    /// Starting an instance.
    pub(crate) starts: Pool,
    /// Pulling an image.
    pub(crate) pulls: Pool,
    databases: Mutex<HashMap<DatabaseServerName, Pool>>,
}

impl Permits {
    /// `starts` instances are started at once, and two more where somebody waits for it.
    pub(crate) fn new(starts: usize) -> Self {
        Self { starts: Pool::new(starts, RESERVED), pulls: Pool::new(PULLS, 1), databases: Mutex::default() }
    }

    /// Acts on this database server: one that does not answer holds up no other.
    pub(crate) fn database(&self, server: &DatabaseServerName) -> Pool {
        let mut pools = self.databases.lock().unwrap_or_else(PoisonError::into_inner);
        pools.entry(server.clone()).or_insert_with(|| Pool::new(DATABASE_ACTS, 1)).clone()
    }
}

#[cfg(test)]
mod tests;
