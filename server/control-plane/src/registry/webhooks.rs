//! Webhooks of repositories and the deliveries that they received.

use model::{CommitInfo, DeployProposal, GitHost, ProjectId, RepositoryId};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, json};
use super::{Change, Registry, RegistryError, Reports, Result};

/// Attempts to read a repository after a delivery.
const ATTEMPTS: i32 = 5;
/// Seconds until the next attempt, for each failed one.
const PAUSE: i32 = 30;
/// Days for which a delivery is retained, and so refused when it is repeated.
const RETAINED_DAYS: i32 = 7;

/// A push that a git host reported with a valid signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery<'a> {
    /// The repository.
    pub repository: RepositoryId,
    /// SHA-256 of what was signed, in hex.
    pub digest: &'a str,
    /// SHA-256 of the id of the delivery, in hex.
    pub delivery: Option<&'a str>,
    /// The git host.
    pub host: GitHost,
    /// The branch that was pushed.
    pub branch: &'a str,
}

/// A delivery that was not handled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// The repository.
    pub repository: RepositoryId,
    /// The key of the delivery.
    pub digest: String,
    /// The git host.
    pub host: GitHost,
    /// The branch that was pushed.
    pub branch: String,
    /// When it was received.
    pub received_at: OffsetDateTime,
}

struct Due {
    repository_id: Uuid,
    digest: String,
    host: String,
    branch: String,
    received_at: OffsetDateTime,
}

struct ProposalRow {
    project_id: String,
    commit_info: Value,
    schema_path: String,
    branch: String,
    host: String,
    proposed_at: OffsetDateTime,
}

impl ProposalRow {
    fn read(self) -> std::result::Result<DeployProposal, String> {
        Ok(DeployProposal {
            project_id: column("project_id", self.project_id.parse())?,
            commit: json::<CommitInfo>("commit_info", self.commit_info)?,
            path: column("schema_path", self.schema_path.parse())?,
            branch: self.branch,
            host: column("host", self.host.parse())?,
            proposed_at: self.proposed_at,
        })
    }
}

impl Registry {
    /// When the present secret of a repository's webhook was made; `None` if the repository or its webhook does not exist.
    pub async fn webhook_made_at(&self, id: RepositoryId) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar!(
            "select created_at from repository_webhooks where repository_id = $1",
            id.as_uuid()
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("reading a webhook"))
    }

    /// Records that a delivery with a valid signature was received.
    pub async fn webhook_received(&self, id: RepositoryId) -> Result<()> {
        sqlx::query!(
            "update repository_webhooks set last_delivery_at = now() where repository_id = $1",
            id.as_uuid()
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("recording a delivery"))?;
        Ok(())
    }

    /// Records a delivery, to be handled in the background. Returns `false` if it was received before.
    pub async fn insert_delivery(&self, new: &NewDelivery<'_>) -> Result<bool> {
        let done = sqlx::query!(
            "insert into webhook_deliveries (repository_id, digest, delivery, host, branch)
             select $1, $2, $3, $4, $5 where exists (select from repository_webhooks where repository_id = $1)
             on conflict do nothing",
            new.repository.as_uuid(),
            new.digest,
            new.delivery,
            new.host.as_str(),
            new.branch
        )
        .execute(&self.pool)
        .await
        .map_err(RegistryError::sql("recording a delivery"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Deliveries that are due, the oldest first, at most `limit`. A row that cannot be read is left out.
    pub async fn due_deliveries(&self, limit: i64) -> Result<Vec<DueDelivery>> {
        let rows = sqlx::query_as!(
            Due,
            "select repository_id, digest, host, branch, received_at from webhook_deliveries
             where next_attempt_at <= now() order by received_at limit $1",
            limit
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading deliveries"))?;
        let read = |row: Due| {
            Some(DueDelivery {
                repository: row.repository_id.into(),
                digest: row.digest,
                host: row.host.parse().ok()?,
                branch: row.branch,
                received_at: row.received_at,
            })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// The proposals that were not dismissed and whose commit is not the declared one, by project.
    pub async fn deploy_proposals(&self) -> Result<Vec<DeployProposal>> {
        let rows = sqlx::query_as!(
            ProposalRow,
            "select d.project_id, d.commit_info, d.schema_path, d.branch, d.host, d.proposed_at
             from deploy_proposals d join projects p on p.id = d.project_id
             where d.dismissed_at is null and p.delete_requested_at is null
               and p.schema_ref ->> 'path' = d.schema_path and p.schema_ref ->> 'ref' <> d.commit_info ->> 'sha'
             order by d.project_id"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading proposed deploys"))?;
        let read = |row: ProposalRow| {
            let id = row.project_id.clone();
            row.read().map_err(|reason| RegistryError::Row { table: "deploy_proposals", id, reason })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Change {
    /// Creates the webhook of a repository or gives it another secret. Returns `None` if the repository does not exist, else whether
    /// it had a webhook.
    pub async fn put_webhook(&mut self, id: RepositoryId, secret: &str) -> Result<Option<bool>> {
        let by = self.actor().to_string();
        sqlx::query_scalar!(
            r#"with former as (select from repository_webhooks where repository_id = $1)
               insert into repository_webhooks (repository_id, secret, created_by)
               select id, $2, $3 from repositories where id = $1
               on conflict (repository_id) do update
                 set secret = excluded.secret, created_by = excluded.created_by, created_at = clock_timestamp()
               returning exists (select from former) as "replaced!""#,
            id.as_uuid(),
            secret,
            by
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("writing a webhook"))
    }

    /// Removes the webhook of a repository. Returns whether there was one.
    pub async fn delete_webhook(&mut self, id: RepositoryId) -> Result<bool> {
        let done = sqlx::query!("delete from repository_webhooks where repository_id = $1", id.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("removing a webhook"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Proposes a deploy in place of the present proposal. Returns `false`, and changes nothing, if this commit is proposed already
    /// or was dismissed, or the project is gone or has another commit or path by now than `declared` says.
    pub async fn propose_deploy(&mut self, new: &DeployProposal, declared: &str) -> Result<bool> {
        let done = sqlx::query!(
            "insert into deploy_proposals as d (project_id, commit_info, schema_path, branch, host, proposed_at)
             select p.id, $2, $3, $4, $5, $6 from projects p
             where p.id = $1 and p.delete_requested_at is null
               and p.schema_ref ->> 'path' = $3 and p.schema_ref ->> 'ref' = $7
             on conflict (project_id) do update
               set commit_info = excluded.commit_info, schema_path = excluded.schema_path, branch = excluded.branch,
                   host = excluded.host, proposed_at = excluded.proposed_at, dismissed_at = null, dismissed_by = null
               where d.commit_info ->> 'sha' <> excluded.commit_info ->> 'sha' or d.schema_path <> excluded.schema_path",
            new.project_id.as_str(),
            serde_json::json!(new.commit),
            new.path.as_str(),
            new.branch,
            new.host.as_str(),
            new.proposed_at,
            declared
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("proposing a deploy"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Dismisses the proposal of a project. Returns it, or `None` if there is none that is not dismissed.
    pub async fn dismiss_proposal(&mut self, id: &ProjectId) -> Result<Option<DeployProposal>> {
        let by = self.actor().to_string();
        let row = sqlx::query_as!(
            ProposalRow,
            "update deploy_proposals set dismissed_at = now(), dismissed_by = $2
             where project_id = $1 and dismissed_at is null
             returning project_id, commit_info, schema_path, branch, host, proposed_at",
            id.as_str(),
            by
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("dismissing a proposed deploy"))?;
        let fault = |reason| RegistryError::Row { table: "deploy_proposals", id: id.to_string(), reason };
        row.map(|row| row.read().map_err(fault)).transpose()
    }
}

impl Reports<'_> {
    /// These deliveries of a repository were handled.
    pub async fn deliveries_handled(&self, id: RepositoryId, digests: &[String]) -> Result<()> {
        sqlx::query!(
            "update webhook_deliveries set next_attempt_at = null, problem = null
             where repository_id = $1 and digest = any($2) and exists (select from engine where term = $3)",
            id.as_uuid(),
            digests,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting deliveries"))?;
        Ok(())
    }

    /// The repository could not be read after these deliveries: it is tried again later, five times in all.
    pub async fn deliveries_failed(&self, id: RepositoryId, digests: &[String], reason: &str) -> Result<()> {
        sqlx::query!(
            "update webhook_deliveries
             set attempts = attempts + 1, problem = $3,
                 next_attempt_at = case when attempts + 1 < $4 then now() + make_interval(secs => $5 * (attempts + 1)) end
             where repository_id = $1 and digest = any($2) and exists (select from engine where term = $6)",
            id.as_uuid(),
            digests,
            reason,
            ATTEMPTS,
            PAUSE,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting deliveries"))?;
        Ok(())
    }

    /// Removes deliveries that are past their retention of 7 days.
    pub async fn prune_deliveries(&self) -> Result<()> {
        sqlx::query!(
            "delete from webhook_deliveries where received_at < now() - make_interval(days => $1)
               and exists (select from engine where term = $2)",
            RETAINED_DAYS,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("removing deliveries"))?;
        Ok(())
    }
}
