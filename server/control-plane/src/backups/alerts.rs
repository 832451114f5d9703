//! Projects whose backups need a person, as of the last look: pages and the API do not read every backup of the fleet.

use std::sync::{Arc, Mutex, PoisonError};

use model::{BackupAlert, Hint};
use time::OffsetDateTime;

use crate::{Inner, Result};

/// The alerts of the last look.
#[derive(Default)]
pub(crate) struct KnownAlerts(Mutex<Arc<[BackupAlert]>>);

impl KnownAlerts {
    pub(crate) fn get(&self) -> Arc<[BackupAlert]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether other projects or other reasons are in it than before.
    fn put(&self, alerts: Vec<BackupAlert>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known.len() == alerts.len()
            && known.iter().zip(&alerts).all(|(known, now)| {
                (&known.project_id, known.kind, known.since) == (&now.project_id, now.kind, now.since)
            });
        *known = alerts.into();
        !same
    }
}

/// Looks at the backups of all projects, and tells open pages when something changed.
pub(crate) async fn look(inner: &Inner) -> Result<()> {
    let now = OffsetDateTime::now_utc();
    let seen = inner.registry.backups_seen().await?.into_iter();
    let alerts = seen.filter_map(|(id, policy, seen)| {
        BackupAlert::of(&id, &seen, policy.as_ref().unwrap_or(&inner.settings.backup_policy), now)
    });
    let mut alerts: Vec<BackupAlert> = alerts.collect();
    alerts.sort_by(|a, b| a.project_id.cmp(&b.project_id));
    for alert in &alerts {
        tracing::debug!(project.id = %alert.project_id, alert = %alert.kind, "{}", alert.what);
    }
    if inner.backup_alerts.put(alerts) {
        inner.live.send(Hint::Fleet);
    }
    Ok(())
}
