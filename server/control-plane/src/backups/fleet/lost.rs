//! Projects whose database is lost: after a recovery on another server, or after the loss of a server.

use std::time::{Duration, Instant};

use model::{
    Action, BackupState, LostProject, Observed, ProjectId, RestoreOptions, Target, VerificationState,
};

use super::FleetBackups;
use crate::backups::Backups;
use crate::registry::{BackupRecord, ProjectRecord};
use crate::{OpContext, Result, snapshot};

/// How long databases may be unknown after a start.
const SEEN_WITHIN: Duration = Duration::from_secs(15);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);
/// Backups of one project that are looked at.
const LOOKED_AT: i64 = 100;

impl FleetBackups<'_> {
    /// Opens the restore of every project that the caller may restore, that had a database and has none. Each gets its newest
    /// complete backup whose verification did not fail; the restore compares it before it is used. Repeated, it opens those that
    /// are left.
    #[tracing::instrument(skip_all)]
    pub async fn restore_projects(&self, op: &OpContext) -> Result<Vec<LostProject>> {
        op.may(Action::BackupRestore, Target::Anywhere)?;
        let mut restored = Vec::new();
        for record in self.lost(op).await? {
            restored.push(self.restore_lost(op, &record).await?);
        }
        Ok(restored)
    }

    async fn lost(&self, op: &OpContext) -> Result<Vec<ProjectRecord>> {
        let begun = Instant::now();
        loop {
            let rows = snapshot::rows(self.0).await?;
            let had_one = |record: &ProjectRecord| {
                let may = op.can(Action::BackupRestore, Target::Project(&record.project.id));
                may && (record.project.schema_version.is_some() || record.database_must_exist)
            };
            let records: Vec<&ProjectRecord> =
                rows.records.values().map(|record| &**record).filter(|record| had_one(record)).collect();
            let seen = |record: &ProjectRecord| {
                self.0.observations.database(&record.project.id, &record.project.database_server)
            };
            let unknown = records.iter().any(|record| seen(record) == Observed::Unknown);
            if !unknown || begun.elapsed() > SEEN_WITHIN {
                let lost = records.into_iter().filter(|record| seen(record) == Observed::Absent);
                return Ok(lost.cloned().collect());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn restore_lost(&self, op: &OpContext, record: &ProjectRecord) -> Result<LostProject> {
        let id = &record.project.id;
        let mut lost =
            LostProject { project: id.clone(), backup: None, taken_at: None, operation: None, problem: None };
        let Some(backup) = self.newest_of(id).await? else {
            lost.problem = Some("It has no backup that can be restored.".to_owned());
            return Ok(lost);
        };
        (lost.backup, lost.taken_at) = (Some(backup.backup.id), backup.backup.taken_at);
        let options = RestoreOptions { backup_first: false, with_schema: true };
        match Backups::new(self.0).begin_restore(op, id, &backup, (options, None), None).await {
            Ok(operation) => lost.operation = Some(operation.id),
            Err(error) => lost.problem = Some(error.problem().detail),
        }
        Ok(lost)
    }

    async fn newest_of(&self, id: &ProjectId) -> Result<Option<BackupRecord>> {
        let records = self.0.registry.backups_of(id, None, LOOKED_AT).await?;
        let usable = |record: &BackupRecord| {
            record.backup.state == BackupState::Complete
                && record.backup.verification.state != VerificationState::Failed
        };
        Ok(records.into_iter().filter(usable).max_by_key(|record| record.backup.taken_at))
    }
}
