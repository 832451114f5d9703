//! Backup policies: who has which, and what is due by them.

use std::collections::BTreeSet;

use model::{
    Action, Actor, BackupId, BackupKind, BackupPolicy, BackupPolicyDraft, OperationKind, ProjectBackupPolicy,
    ProjectId, Target,
};
use serde_json::json;
use time::OffsetDateTime;

use super::Backups;
use super::retention::{BackupFacts, Pins, removable};
use super::schedule::next_run;
use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::{BackupRecord, Event, Scheduled};
use crate::{Inner, OpContext, Result};

/// Backups of one project that its retention looks at.
const RETAINED: i64 = 2000;

impl Backups<'_> {
    /// The policy of a project, and when its next backup is due.
    pub async fn policy(&self, op: &OpContext, id: &ProjectId) -> Result<ProjectBackupPolicy> {
        op.may(Action::BackupView, Target::Project(id))?;
        let schedules = self.0.registry.backup_schedules().await?;
        let own = self.0.registry.backup_policy(id).await?;
        let policy = own.clone().unwrap_or_else(|| self.0.settings.backup_policy.clone());
        let next_run = schedules.get(id).and_then(|scheduled| next(&policy, id, scheduled));
        Ok(ProjectBackupPolicy { policy, inherited: own.is_none(), next_run })
    }

    /// Gives a project a policy of its own, or with `None` that of the fleet again.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn set_policy(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: Option<BackupPolicyDraft>,
    ) -> Result<ProjectBackupPolicy> {
        op.may(Action::BackupSchedule, Target::Project(id))?;
        let policy = draft.map(BackupPolicyDraft::validate).transpose()?;
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        change.set_backup_policy(id, policy.as_ref()).await?;
        let detail = json!({"policy": policy});
        change.commit(Event { project: Some(id), action: Action::BackupSchedule.into(), detail }).await?;
        self.policy(op, id).await
    }
}

/// The policy of a project.
pub(crate) async fn policy_of(inner: &Inner, id: &ProjectId) -> Result<BackupPolicy> {
    let own = inner.registry.backup_policy(id).await?;
    Ok(own.unwrap_or_else(|| inner.settings.backup_policy.clone()))
}

/// When the next backup of a project is due by this policy.
pub(super) fn next(policy: &BackupPolicy, id: &ProjectId, scheduled: &Scheduled) -> Option<OffsetDateTime> {
    let last = scheduled.last.unwrap_or(scheduled.created_at);
    next_run(&policy.schedule, id, Some(last), OffsetDateTime::now_utc())
}

/// Opens the backup of every project whose schedule is due. One that cannot be opened now is due again at the next run.
pub(crate) async fn begin_due(inner: &Inner) -> Result<()> {
    let (backups, op) = (Backups::new(inner), OpContext::platform(Actor::Schedule));
    for (id, scheduled) in inner.registry.backup_schedules().await? {
        let policy = scheduled.policy.as_ref().unwrap_or(&inner.settings.backup_policy);
        let due = next(policy, &id, &scheduled).is_some_and(|next| next <= OffsetDateTime::now_utc());
        if !due {
            continue;
        }
        if let Err(error) = backups.begin_create(&op, &id, BackupKind::Scheduled, None).await {
            tracing::warn!(project.id = %id, error = %crate::chain(&error), "beginning a scheduled backup");
        }
    }
    Ok(())
}

/// Removes the backups that no policy retains.
pub(crate) async fn retain(inner: &Inner) -> Result<()> {
    let (backups, op) = (Backups::new(inner), OpContext::platform(Actor::Schedule));
    for id in inner.registry.projects_with_backups().await? {
        let policy = policy_of(inner, &id).await?;
        for backup in over(inner, &id, &policy).await? {
            if let Err(error) = backups.remove(&op, backup).await {
                tracing::warn!(backup.id = %backup, error = %crate::chain(&error), "removing a backup by its retention");
            }
        }
    }
    Ok(())
}

async fn over(inner: &Inner, id: &ProjectId, policy: &BackupPolicy) -> Result<BTreeSet<BackupId>> {
    let records = inner.registry.backups_of(id, None, RETAINED).await?;
    // an open job reads or rests on the backups of its project
    let kinds = [OperationKind::BackupRestore, OperationKind::BackupVerify];
    let busy = inner.registry.has_open_job(id, &kinds).await?;
    let open = inner.registry.open_delete_request(id).await?;
    let pins = Pins::new(busy, open.as_ref().map(|row| &row.request));
    let facts = |record: &BackupRecord| BackupFacts::new(&record.backup, pins.holds(record.backup.id));
    let facts: Vec<BackupFacts> = records.iter().map(facts).collect();
    Ok(removable(&facts, policy.retention, OffsetDateTime::now_utc()))
}
