//! What lists and pages show of the backups of projects: one read each, however many projects there are.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{Action, Backup, ProjectId, Target};
use time::OffsetDateTime;

use super::Backups;
use super::policies::next;
use crate::{OpContext, Result};

impl Backups<'_> {
    /// The newest backup that was not removed, and the newest verified one, of each of these projects that the caller may see:
    /// none, one or two a project, those of a project newest first.
    #[tracing::instrument(skip_all)]
    pub async fn latest(&self, op: &OpContext, projects: &[ProjectId]) -> Result<Vec<Backup>> {
        op.may(Action::BackupView, Target::Anywhere)?;
        let seen = |id: &&ProjectId| op.can(Action::BackupView, Target::Project(id));
        let ids: Vec<String> = projects.iter().filter(seen).map(ToString::to_string).collect();
        let records = self.0.registry.latest_backups(&ids).await?;
        Ok(records.into_iter().map(|record| record.backup).collect())
    }

    /// The backups of a project that were begun at `since` or later and were not removed, newest first, at most 1000.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn since(&self, op: &OpContext, id: &ProjectId, since: OffsetDateTime) -> Result<Vec<Backup>> {
        op.may(Action::BackupView, Target::Project(id))?;
        let records = self.0.registry.backups_since(id, since).await?;
        Ok(records.into_iter().map(|record| record.backup).collect())
    }

    /// When the next scheduled backup of each project is due. Absent: backups of the project are off, it has never run, or the
    /// caller may not see it.
    #[tracing::instrument(skip_all)]
    pub async fn next_runs(&self, op: &OpContext) -> Result<BTreeMap<ProjectId, OffsetDateTime>> {
        op.may(Action::BackupView, Target::Anywhere)?;
        let schedules = self.0.registry.backup_schedules().await?;
        let due = schedules.into_iter().filter_map(|(id, scheduled)| {
            let policy = scheduled.policy.as_ref().unwrap_or(&self.0.settings.backup_policy);
            let run = next(policy, &id, &scheduled)?;
            op.can(Action::BackupView, Target::Project(&id)).then_some((id, run))
        });
        Ok(due.collect())
    }

    /// How long the database that a restore replaces is retained, and with it the undo of the restore.
    pub fn undo_period(&self) -> Duration {
        self.0.settings.keep_former
    }
}
