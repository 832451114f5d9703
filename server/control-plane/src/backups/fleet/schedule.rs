//! When backups of the control plane are due, and which are retained.

use model::{Actor, BackupKind, ProjectId};
use time::OffsetDateTime;

use super::FleetBackups;
use crate::backups::copy::CONTROL_PLANE;
use crate::backups::retention::{BackupFacts, removable};
use crate::backups::schedule::next_run;
use crate::backups::{policies, problems, tidy};
use crate::{Inner, OpContext, Result};

/// Backups that the retention looks at.
const RETAINED: i64 = 2000;

/// What the delay of the schedule is calculated from.
pub(super) fn subject() -> Result<ProjectId> {
    CONTROL_PLANE.parse().map_err(|error: model::Invalid| problems::internal(&error).into())
}

/// Opens what is due, of projects and of the control plane.
pub(crate) async fn begin_due_with_projects(inner: &Inner) -> Result<()> {
    policies::begin_due(inner).await?;
    let last = inner.registry.last_fleet_backup().await?;
    if last.is_none() {
        return Ok(()); // no operator was created yet
    }
    let (schedule, now) = (&inner.settings.fleet_backups.policy.schedule, OffsetDateTime::now_utc());
    if next_run(schedule, &subject()?, last, now).is_none_or(|next| next > now) {
        return Ok(());
    }
    let op = OpContext::platform(Actor::Schedule);
    // one that is under way counts: it is due again at the next run
    if let Err(error) = FleetBackups::new(inner).begin(&op, BackupKind::Scheduled, None).await {
        tracing::warn!(error = %crate::chain(&error), "beginning a scheduled backup of the control plane");
    }
    Ok(())
}

/// Removes what no policy retains, of projects and of the control plane.
pub(crate) async fn retain_with_projects(inner: &Inner) -> Result<()> {
    policies::retain(inner).await?;
    let (backups, op) = (FleetBackups::new(inner), OpContext::platform(Actor::Schedule));
    let records = inner.registry.fleet_backups(RETAINED).await?;
    let facts: Vec<BackupFacts> = records
        .iter()
        .map(|record| &record.backup)
        .map(|backup| BackupFacts {
            id: backup.id,
            taken_at: backup.taken_at.unwrap_or(backup.started_at),
            kind: backup.kind,
            state: backup.state,
            verification: backup.verification.state,
            pinned: false,
        })
        .collect();
    let rules = inner.settings.fleet_backups.policy.retention;
    for backup in removable(&facts, rules, OffsetDateTime::now_utc()) {
        if let Err(error) = backups.remove(&op, backup).await {
            tracing::warn!(backup.id = %backup, error = %crate::chain(&error), "removing a backup by its retention");
        }
    }
    Ok(())
}

/// What jobs leave behind, of projects and of the control plane.
pub(crate) async fn tidy_with_projects(inner: &Inner) -> Result<()> {
    inner.registry.reports(inner.term).fail_abandoned_fleet_backups().await?;
    tidy::run(inner).await
}
