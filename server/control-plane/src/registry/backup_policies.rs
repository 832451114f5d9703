//! Backup policies of projects, and when their schedules ran.

use std::collections::BTreeMap;

use model::{BackupPolicy, ProjectId};
use time::OffsetDateTime;

use super::{Change, Registry, RegistryError, Result, columns};

/// What the schedule of a project depends on.
#[derive(Debug, Clone)]
pub struct Scheduled {
    /// Its own policy; `None`: that of the fleet.
    pub policy: Option<BackupPolicy>,
    /// When the project was created.
    pub created_at: OffsetDateTime,
    /// When its last scheduled backup was begun, whatever came of it. Starts more than an hour ahead of the clock are ignored.
    pub last: Option<OffsetDateTime>,
}

impl Registry {
    /// Of every project that is not being deleted. A policy that cannot be read counts as that of the fleet.
    pub async fn backup_schedules(&self) -> Result<BTreeMap<ProjectId, Scheduled>> {
        let rows = sqlx::query!(
            "select p.id, p.backup_policy, p.created_at, b.last
             from projects p
             left join (select project_id, max(started_at) as last from backups
                        where kind = 'scheduled' and started_at <= now() + interval '1 hour' group by project_id) b
               on b.project_id = p.id
             where p.delete_requested_at is null and p.schema_version is not null"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading backup schedules"))?;
        let read = rows.into_iter().filter_map(|row| {
            let policy = row.backup_policy.and_then(|policy| serde_json::from_value(policy).ok());
            Some((row.id.parse().ok()?, Scheduled { policy, created_at: row.created_at, last: row.last }))
        });
        Ok(read.collect())
    }

    /// The policy of one project; `None` if it has none of its own.
    pub async fn backup_policy(&self, id: &ProjectId) -> Result<Option<BackupPolicy>> {
        let policy = sqlx::query_scalar!("select backup_policy from projects where id = $1", id.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(RegistryError::sql("reading a backup policy"))?
            .flatten();
        let fault = |reason| RegistryError::Row { table: "projects", id: id.to_string(), reason };
        policy.map(|policy| columns::json("backup_policy", policy)).transpose().map_err(fault)
    }
}

impl Change {
    /// Writes the policy of a project; `None`: it follows the fleet again.
    pub async fn set_backup_policy(&mut self, id: &ProjectId, policy: Option<&BackupPolicy>) -> Result<()> {
        sqlx::query!(
            "update projects set backup_policy = $2 where id = $1",
            id.as_str(),
            policy.map(|policy| serde_json::json!(policy))
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("writing a backup policy"))?;
        Ok(())
    }
}
