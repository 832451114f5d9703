//! What decides whether the backups of a project need a person.

use model::{BackupPolicy, BackupsSeen, LastBackup, ProjectId};

use super::{Registry, RegistryError, Result};

impl Registry {
    /// Of every project that has run and is not being deleted: its own policy, if it has one, and its newest backups. Three probes of
    /// an index a project. A row that cannot be read is left out.
    pub async fn backups_seen(&self) -> Result<Vec<(ProjectId, Option<BackupPolicy>, BackupsSeen)>> {
        let rows = sqlx::query!(
            r#"select p.id, p.backup_policy, p.created_at, last.started_at as "started_at?", last.operation_id as "operation_id?",
                      last.state as "state?", last.verification as "verification?", last.reason, complete.taken_at as "complete_at?",
                      verified.taken_at as "verified_at?"
               from projects p
               left join lateral (
                 select started_at, operation_id, state, verification, coalesce(problem->>'title', left(differences[1], 300)) as reason
                 from backups where project_id = p.id and (state = 'complete' or (state = 'failed' and problem is not null))
                 order by id desc limit 1) last on true
               left join lateral (
                 select taken_at from backups where project_id = p.id and state = 'complete' order by id desc limit 1) complete on true
               left join lateral (
                 select taken_at from backups where project_id = p.id and state = 'complete' and verification = 'verified'
                 order by id desc limit 1) verified on true
               where p.delete_requested_at is null and p.schema_version is not null"#
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading what is known of backups"))?;
        let read = rows.into_iter().filter_map(|row| {
            let last = match (row.started_at, row.operation_id, row.state, row.verification) {
                (Some(started_at), Some(operation), Some(state), Some(verification)) => Some(LastBackup {
                    started_at,
                    operation_id: operation.into(),
                    state: state.parse().ok()?,
                    verification: verification.parse().ok()?,
                    reason: row.reason,
                }),
                _ => None,
            };
            let (created_at, complete_at, verified_at) = (row.created_at, row.complete_at, row.verified_at);
            let policy = row.backup_policy.and_then(|policy| serde_json::from_value(policy).ok());
            Some((row.id.parse().ok()?, policy, BackupsSeen { created_at, last, complete_at, verified_at }))
        });
        Ok(read.collect())
    }
}
