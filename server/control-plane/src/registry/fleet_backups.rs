//! Backups of the control plane itself, and the recovery key.

use model::{Actor, BackupId, ByteSize, FleetBackup, OperationId, RecoveryKey, Verification};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Registry, RegistryError, Result, columns};

/// A backup of the control plane as a row: the public part, and what only its proof needs.
#[derive(Debug, Clone)]
pub struct FleetBackupRecord {
    /// The public part.
    pub backup: FleetBackup,
    /// SHA-256 of the seal of its archive; `None` while it is not complete.
    pub seal: Option<String>,
}

struct Row {
    id: Uuid,
    kind: String,
    actor: String,
    state: String,
    operation_id: Uuid,
    place: String,
    started_at: OffsetDateTime,
    completed_at: Option<OffsetDateTime>,
    taken_at: Option<OffsetDateTime>,
    stored_bytes: Option<i64>,
    rows: Option<i64>,
    manifest: Option<Value>,
    seal: Option<String>,
    problem: Option<Value>,
    verification: String,
    verified_at: Option<OffsetDateTime>,
    restore_ms: Option<i64>,
    verify_ms: Option<i64>,
    compared: Vec<String>,
    differences: Vec<String>,
}

impl TryFrom<Row> for FleetBackupRecord {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let fault =
            |reason: String| RegistryError::Row { table: "fleet_backups", id: row.id.to_string(), reason };
        let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
        let fleet = row.manifest.as_ref().and_then(|manifest| manifest.get("fleet"));
        let text = |name: &str| fleet.and_then(|fleet| fleet.get(name)).and_then(Value::as_str);
        let backup = FleetBackup {
            id: row.id.into(),
            kind: row.kind.parse().map_err(|error| fault(format!("kind: {error}")))?,
            actor: Actor::try_from(row.actor.clone()).map_err(|error| fault(format!("actor: {error}")))?,
            state: row.state.parse().map_err(|error| fault(format!("state: {error}")))?,
            operation_id: row.operation_id.into(),
            archive: format!("{}, _fleet/{}", row.place, row.id),
            started_at: row.started_at,
            completed_at: row.completed_at,
            taken_at: row.taken_at,
            stored_bytes: row.stored_bytes.and_then(|bytes| ByteSize::try_from(bytes).ok()),
            rows: count(row.rows),
            secrets: text("secrets").and_then(|secrets| secrets.parse().ok()),
            recovery_key: text("recovery_key").map(str::to_owned),
            verification: Verification {
                state: row.verification.parse().map_err(|error| fault(format!("verification: {error}")))?,
                at: row.verified_at,
                restore_ms: count(row.restore_ms),
                duration_ms: count(row.verify_ms),
                compared: row.compared.clone(),
                differences: row.differences.clone(),
            },
            problem: row.problem.clone().map(|it| columns::json("problem", it)).transpose().map_err(fault)?,
        };
        Ok(Self { backup, seal: row.seal })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, kind, actor, state, operation_id, place, started_at, completed_at, taken_at, stored_bytes, rows, manifest,
                    seal, problem, verification, verified_at, restore_ms, verify_ms, compared, differences
             from fleet_backups " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading backups of the control plane"))
    };
}

impl Registry {
    /// One of them.
    pub async fn fleet_backup(&self, id: BackupId) -> Result<Option<FleetBackupRecord>> {
        select!(&self.pool, fetch_optional, "where id = $1", id.as_uuid())?
            .map(FleetBackupRecord::try_from)
            .transpose()
    }

    /// Those that were not removed, newest first, at most `limit`.
    pub async fn fleet_backups(&self, limit: i64) -> Result<Vec<FleetBackupRecord>> {
        let rows =
            select!(&self.pool, fetch_all, "where state <> 'removed' order by id desc limit $1", limit)?;
        rows.into_iter().map(FleetBackupRecord::try_from).collect()
    }

    /// The start of the last scheduled one. Starts more than an hour ahead of the clock are ignored. Without one: when the
    /// first operator was created; `None` before that.
    pub async fn last_fleet_backup(&self) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar!(
            "select coalesce(
               (select max(started_at) from fleet_backups
                where kind = 'scheduled' and started_at <= now() + interval '1 hour'),
               (select min(created_at) from operators)) as last"
        )
        .fetch_one(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the schedule of the control plane's backups"))
    }

    /// The open job that takes one.
    pub async fn open_fleet_backup(&self) -> Result<Option<OperationId>> {
        let found = sqlx::query_scalar!(
            "select id from operations where kind = 'fleet_backup' and status in ('waiting', 'running') order by id limit 1"
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("looking for a backup of the control plane"))?;
        Ok(found.map(OperationId::from))
    }

    /// The recovery key that was made last.
    pub async fn recovery_key(&self) -> Result<Option<RecoveryKey>> {
        let row = sqlx::query!(
            "select fingerprint, recipient, created_at from recovery_keys order by created_at desc limit 1"
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the recovery key"))?;
        Ok(row.map(|row| RecoveryKey {
            fingerprint: row.fingerprint,
            recipient: row.recipient,
            made_at: Some(row.created_at),
        }))
    }
}
