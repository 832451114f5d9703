//! The audit trail: a chain of hashes, so that an edited, removed or cut-off row shows.

use model::{Actor, AuditVerdict, ProjectId};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::event::Event;
use super::{Registry, RegistryError, Result};

/// What the hash of a row covers, each part with its length in front, so that no two rows read the same.
fn hash(prev: &[u8], row: &[&str]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(prev);
    for part in row {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().to_vec()
}

struct Row<'a> {
    id: i64,
    project: Option<&'a str>,
    action: &'a str,
    actor: Option<&'a str>,
    detail: Option<&'a Value>,
    at: OffsetDateTime,
}

impl Row<'_> {
    fn hash(&self, prev: &[u8]) -> Vec<u8> {
        let detail = self.detail.map(Value::to_string).unwrap_or_default();
        let micros = (self.at.unix_timestamp_nanos() / 1000).to_string();
        let (project, actor) = (self.project.unwrap_or_default(), self.actor.unwrap_or_default());
        hash(prev, &[&self.id.to_string(), project, self.action, actor, &detail, &micros])
    }
}

/// Appends an event to the chain. Serialises with every other append until the transaction ends.
pub(super) async fn append(connection: &mut PgConnection, actor: &Actor, event: &Event<'_>) -> Result<()> {
    let doing = RegistryError::sql("writing the audit trail");
    let head = sqlx::query!("select hash from audit_head for update")
        .fetch_one(&mut *connection)
        .await
        .map_err(&doing)?;
    let next = sqlx::query!(
        r#"select nextval('project_events_id_seq') as "id!", date_trunc('microseconds', clock_timestamp()) as "at!""#
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(&doing)?;
    let actor = actor.to_string();
    let row = Row {
        id: next.id,
        project: event.project.map(ProjectId::as_str),
        action: event.action.as_str(),
        actor: Some(&actor),
        detail: Some(&event.detail),
        at: next.at,
    };
    insert(connection, &row, &head.hash).await
}

/// Writes the row behind the one whose hash is `prev`, and moves the head to it.
async fn insert(connection: &mut PgConnection, row: &Row<'_>, prev: &[u8]) -> Result<()> {
    let doing = RegistryError::sql("writing the audit trail");
    let hash = row.hash(prev);
    sqlx::query!(
        "insert into project_events (id, project_id, action, actor, detail, at, prev_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        row.id,
        row.project,
        row.action,
        row.actor,
        row.detail,
        row.at,
        prev,
        hash
    )
    .execute(&mut *connection)
    .await
    .map_err(&doing)?;
    sqlx::query!("update audit_head set rows = rows + 1, hash = $1", hash)
        .execute(connection)
        .await
        .map_err(&doing)?;
    Ok(())
}

impl Registry {
    /// Walks the whole chain. Reads in parts, so memory stays flat however long it is.
    pub async fn verify_audit(&self) -> Result<AuditVerdict> {
        let doing = RegistryError::sql("verifying the audit trail");
        let head =
            sqlx::query!("select rows, hash from audit_head").fetch_one(&self.pool).await.map_err(&doing)?;
        let mut prev = Sha256::digest("atomo-fleet").to_vec();
        let (mut last, mut count) = (0_i64, 0_i64);
        loop {
            let rows = sqlx::query!(
                "select id, project_id, action, actor, detail, at, prev_hash, hash from project_events
                 where id > $1 order by id limit 1000",
                last
            )
            .fetch_all(&self.pool)
            .await
            .map_err(&doing)?;
            for row in &rows {
                let (project, actor) = (row.project_id.as_deref(), row.actor.as_deref());
                let seen = Row {
                    id: row.id,
                    project,
                    action: &row.action,
                    actor,
                    detail: row.detail.as_ref(),
                    at: row.at,
                };
                if row.prev_hash != prev || seen.hash(&prev) != row.hash {
                    return Ok(AuditVerdict { rows: count, broken_at: Some(row.id) });
                }
                prev.clone_from(&row.hash);
                last = row.id;
                count += 1;
            }
            if rows.len() < 1000 {
                break;
            }
        }
        // rows written while we walked are beyond the head that we read: only a shorter chain is a cut
        let cut = count < head.rows || (count == head.rows && prev != head.hash);
        Ok(AuditVerdict { rows: count, broken_at: cut.then_some(last + 1) })
    }
}
