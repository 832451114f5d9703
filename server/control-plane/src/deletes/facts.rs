//! What a delete would destroy, read at this moment.

use model::{BackupId, DeleteFacts, OtherWork, Problem, ProjectId, ProvedBackup};
use time::{Duration, OffsetDateTime};

use crate::page_limit::{PART, within};
use crate::ports::secret_store::SecretScope;
use crate::projects::present;
use crate::{Inner, OpContext, Result};

/// How far back the work of others is shown.
const WORK: Duration = Duration::hours(24);

/// Reads the facts. What does not answer in time is absent.
pub(super) async fn read(inner: &Inner, op: &OpContext, id: &ProjectId) -> Result<DeleteFacts> {
    let record = inner.registry.project(id).await?;
    let record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
    let project = present(inner, &record);
    let at = OffsetDateTime::now_utc();
    let latest = inner.registry.latest_backups(&[id.to_string()]).await?;
    let newest = latest.iter().map(|record| &record.backup).find(|backup| backup.rows.is_some());
    let proved = latest.iter().map(|record| &record.backup).find(|backup| backup.is_verified());
    let (backups, backup_bytes) = inner.registry.backup_totals(id).await?;
    let scope = SecretScope::Project(id.clone());
    let secrets = within(PART, "secrets", "listing the secrets", inner.ports.secrets.list(&scope)).await.ok();
    Ok(DeleteFacts {
        at,
        database: id.database(),
        database_bytes: project.observed.figures.database.bytes,
        tables: newest.and_then(|backup| backup.tables),
        rows: newest.and_then(|backup| backup.rows),
        media_bytes: newest.and_then(|backup| backup.media_bytes),
        counted_at: newest.and_then(|backup| backup.taken_at),
        backups,
        backup_bytes,
        secrets: secrets.and_then(|secrets| u64::try_from(secrets.len()).ok()),
        hostnames: project.hosts().cloned().collect(),
        last_request_at: None,
        proved_backup: proved.and_then(|it| Some(ProvedBackup { id: it.id, taken_at: it.taken_at? })),
        others: others(inner, op, id, at).await?,
    })
}

/// Who else worked on the project, without the caller.
async fn others(
    inner: &Inner,
    op: &OpContext,
    id: &ProjectId,
    now: OffsetDateTime,
) -> Result<Vec<OtherWork>> {
    let caller = op.actor().email();
    let work = inner.registry.work_since(id, now - WORK).await?;
    Ok(work.into_iter().filter(|work| work.actor.email() != caller).collect())
}

/// The verified backup, if it is younger than the setting.
pub(super) fn fresh_backup(inner: &Inner, facts: &DeleteFacts) -> Option<BackupId> {
    let backup = facts.proved_backup?;
    (facts.at - backup.taken_at <= inner.settings.deletes.backup_age).then_some(backup.id)
}
