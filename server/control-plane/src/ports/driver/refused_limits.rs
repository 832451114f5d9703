//! Limits that running instances could not be held to.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{ByteSize, InstanceKey, InstanceLimits, InstanceSeen};
use time::OffsetDateTime;

use super::LimitChange;

/// What [`Driver::limit`](super::Driver::limit) refused last for each instance, so that
/// [`Driver::preview`](super::Driver::preview) knows it from then on. A further start of the instance is not bound by it.
#[derive(Debug, Default)]
pub struct RefusedLimits(Mutex<HashMap<InstanceKey, Refusal>>);

#[derive(Debug)]
struct Refusal {
    started_at: OffsetDateTime,
    limits: InstanceLimits,
    reason: String,
}

impl RefusedLimits {
    /// This running instance cannot be held to these limits.
    pub fn note(&self, key: &InstanceKey, seen: &InstanceSeen, limits: &InstanceLimits, reason: &str) {
        let refusal = Refusal { started_at: seen.started_at, limits: *limits, reason: reason.to_owned() };
        self.lock().insert(key.clone(), refusal);
    }

    /// The instance was removed.
    pub fn forget(&self, key: &InstanceKey) {
        self.lock().remove(key);
    }

    /// What a change to these limits takes: another instance if the change was refused before, or if the instance has more
    /// memory in use than the limit. `memory` is what it has in use.
    pub fn preview(
        &self,
        key: &InstanceKey,
        seen: Option<&InstanceSeen>,
        memory: Option<ByteSize>,
        limits: &InstanceLimits,
    ) -> LimitChange {
        let Some(seen) = seen.filter(|seen| seen.is_running() && seen.limits != Some(*limits)) else {
            return LimitChange::None;
        };
        let known = self.lock();
        let refusal = known.get(key).filter(|it| it.started_at == seen.started_at && it.limits == *limits);
        if let Some(refusal) = refusal {
            return LimitChange::Replace { reason: refusal.reason.clone() };
        }
        let allowed = ByteSize::new(limits.memory.bytes());
        match memory.filter(|used| *used > allowed) {
            Some(used) => LimitChange::Replace { reason: format!("{used} of memory are in use") },
            None => LimitChange::InPlace,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<InstanceKey, Refusal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
