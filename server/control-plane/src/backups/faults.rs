//! Projects whose backups need a person, as of the last look: pages and the API do not read every backup of the fleet.

use std::sync::{Arc, Mutex, PoisonError};

use model::{BackupFault, Hint};
use time::OffsetDateTime;

use crate::{Inner, Result};

/// The faults of the last look.
#[derive(Default)]
pub(crate) struct KnownFaults(Mutex<Arc<[BackupFault]>>);

impl KnownFaults {
    pub(crate) fn get(&self) -> Arc<[BackupFault]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether other projects or other reasons are in it than before.
    fn put(&self, faults: Vec<BackupFault>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known.len() == faults.len()
            && known.iter().zip(&faults).all(|(known, now)| {
                (&known.project_id, known.kind, known.since) == (&now.project_id, now.kind, now.since)
            });
        *known = faults.into();
        !same
    }
}

/// Looks at the backups of all projects, and tells open pages when something changed.
pub(crate) async fn look(inner: &Inner) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let seen = inner.registry.backups_seen().await?.into_iter();
    let faults = seen.filter_map(|(id, policy, seen)| {
        BackupFault::of(&id, &seen, policy.as_ref().unwrap_or(&inner.settings.backup_policy), now)
    });
    let mut faults: Vec<BackupFault> = faults.collect();
    faults.sort_by(|a, b| a.project_id.cmp(&b.project_id));
    for fault in &faults {
        tracing::debug!(project.id = %fault.project_id, fault = %fault.kind, "{}", fault.what);
    }
    if inner.backup_faults.put(faults) {
        inner.live.send(Hint::Fleet);
    }
    Ok(())
}
