//! What all clones of the fake driver share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::InstanceKey;
use tokio::sync::broadcast;

use super::state::{Ending, SIGKILL, SIGTERM, State};
use crate::keyed_lock::KeyedLock;
use crate::ports::driver::{DriverError, RefusedLimits};

/// The instances, and who listens for hints of them.
pub(super) struct World {
    state: Mutex<State>,
    pub(super) locks: KeyedLock<InstanceKey>,
    pub(super) refused: RefusedLimits,
    pub(super) hints: broadcast::Sender<InstanceKey>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            locks: KeyedLock::default(),
            refused: RefusedLimits::default(),
            hints: broadcast::Sender::new(1024),
        }
    }
}

impl World {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, unless the driver is away.
    pub(super) fn reach(&self, doing: &'static str) -> Result<MutexGuard<'_, State>, DriverError> {
        let state = self.state();
        match &state.away {
            Some(reason) => Err(DriverError::Away { doing, reason: reason.clone() }),
            None => Ok(state),
        }
    }

    pub(super) fn end(&self, key: &InstanceKey, ending: Ending) {
        self.state().end(key, ending);
        self.hint(key);
    }

    /// Nobody may be listening, and that is fine.
    pub(super) fn hint(&self, key: &InstanceKey) {
        let _ = self.hints.send(key.clone());
    }

    /// Asks the instance to end and waits until it has.
    pub(super) async fn stop(
        self: &Arc<Self>,
        key: &InstanceKey,
        grace: Duration,
    ) -> Result<(), DriverError> {
        let doing = "stopping the instance";
        let (drain, pid) = {
            let state = self.reach(doing)?;
            if state.stubborn.contains(key) {
                return Err(DriverError::Away { doing, reason: "it was killed and is still there".into() });
            }
            (state.drain, state.instances.get(key).and_then(|instance| instance.seen.pid))
        };
        let signal = if grace.is_zero() || drain > grace { SIGKILL } else { SIGTERM };
        let wait = drain.min(grace);
        if wait.is_zero() || pid.is_none() {
            self.end(key, Ending::Signal(signal));
            return Ok(());
        }
        let (world, key) = (Arc::clone(self), key.clone());
        let ending = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let same = world.state().instances.get(&key).is_some_and(|instance| instance.seen.pid == pid);
            if same {
                world.end(&key, Ending::Signal(signal));
            }
        });
        ending.await.map_err(|fault| DriverError::Away { doing, reason: fault.to_string() })
    }
}
