//! Reading requests to delete a project with its database.

use model::{Actor, DeleteRequest, DeleteRequestId, DeleteRequestState, OperatorId, OtherWork, ProjectId};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, json};
use super::{Change, Registry, RegistryError, Result};

/// Decided requests of one page.
const HISTORY: i64 = 100;

/// A request with the operator who filed it.
#[derive(Debug, Clone)]
pub struct DeleteRequestRow {
    /// The request; `is_own` is not known here.
    pub request: DeleteRequest,
    /// The operator who filed it, in person or by a token; `None` for the platform.
    pub operator: Option<OperatorId>,
}

struct Row {
    id: Uuid,
    project_id: String,
    actor: String,
    operator_id: Option<Uuid>,
    requested_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    shown: Value,
    needs_approval: bool,
    backup_id: Uuid,
    last_backup_id: Option<Uuid>,
    operation_id: Option<Uuid>,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<OffsetDateTime>,
    reason: Option<String>,
    problem: Option<Value>,
    ended_at: Option<OffsetDateTime>,
}

impl Row {
    fn read(self) -> std::result::Result<DeleteRequestRow, String> {
        let request = DeleteRequest {
            id: self.id.into(),
            project_id: column("project_id", self.project_id.parse())?,
            actor: column("actor", Actor::try_from(self.actor))?,
            requested_at: self.requested_at,
            expires_at: self.expires_at,
            shown: json("shown", self.shown)?,
            needs_approval: self.needs_approval,
            backup_id: self.backup_id.into(),
            last_backup_id: self.last_backup_id.map(Into::into),
            operation_id: self.operation_id.map(Into::into),
            state: column("state", self.state.parse())?,
            decided_by: self
                .decided_by
                .map(|actor| column("decided_by", Actor::try_from(actor)))
                .transpose()?,
            decided_at: self.decided_at,
            reason: self.reason,
            problem: self.problem.and_then(|problem| serde_json::from_value(problem).ok()),
            ended_at: self.ended_at,
            is_own: false,
        };
        Ok(DeleteRequestRow { request, operator: self.operator_id.map(Into::into) })
    }
}

impl TryFrom<Row> for DeleteRequestRow {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.id.to_string();
        row.read().map_err(|reason| RegistryError::Row { table: "delete_requests", id, reason })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, project_id, actor, operator_id, requested_at, expires_at, shown, needs_approval, backup_id,
                    last_backup_id, operation_id, state, decided_by, decided_at, reason, problem, ended_at
             from delete_requests " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading delete requests"))
    };
}

impl Registry {
    /// One request.
    pub async fn delete_request(&self, id: DeleteRequestId) -> Result<Option<DeleteRequestRow>> {
        select!(&self.pool, fetch_optional, "where id = $1", id.as_uuid())?.map(TryFrom::try_from).transpose()
    }

    /// The requests that are open, the oldest first.
    pub async fn open_delete_requests(&self) -> Result<Vec<DeleteRequestRow>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where state in ('pending', 'approved', 'executing') order by id"
        )?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    /// The requests that are over, the newest first, those before `before`, at most 100.
    pub async fn decided_delete_requests(
        &self,
        before: Option<DeleteRequestId>,
    ) -> Result<Vec<DeleteRequestRow>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where ended_at is not null and ($1::uuid is null or id < $1) order by id desc limit $2",
            before.map(|id| id.as_uuid()),
            HISTORY
        )?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    /// The open request of a project.
    pub async fn open_delete_request(&self, project: &ProjectId) -> Result<Option<DeleteRequestRow>> {
        select!(
            &self.pool,
            fetch_optional,
            "where project_id = $1 and state in ('pending', 'approved', 'executing')",
            project.as_str()
        )?
        .map(TryFrom::try_from)
        .transpose()
    }

    /// What each caller requested last on a project since then, without what the engine and schedules did. One entry for each
    /// actor, the latest first.
    pub async fn work_since(&self, project: &ProjectId, since: OffsetDateTime) -> Result<Vec<OtherWork>> {
        let rows = sqlx::query!(
            "select actor, kind, requested_at from operations
             where project_id = $1 and requested_at > $2 and (actor like 'operator:%' or actor like 'token:%')
             order by id desc limit 200",
            project.as_str(),
            since
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading operations"))?;
        let mut work: Vec<OtherWork> = Vec::new();
        for row in rows {
            let (Ok(actor), Ok(kind)) = (Actor::try_from(row.actor), row.kind.parse()) else { continue };
            if work.iter().all(|known| known.actor != actor) {
                work.push(OtherWork { actor, kind, at: row.requested_at });
            }
        }
        Ok(work)
    }
}

impl Change {
    /// The open request of a project. Holds for the rest of the change while the caller has the lock of the project's row.
    pub async fn open_delete_request(&mut self, project: &ProjectId) -> Result<Option<DeleteRequestId>> {
        let id = sqlx::query_scalar!(
            "select id from delete_requests where project_id = $1 and state in ('pending', 'approved', 'executing')",
            project.as_str()
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("looking for a delete request"))?;
        Ok(id.map(Into::into))
    }

    /// Locks a request for the rest of the change and reads its state.
    pub async fn lock_delete_request(&mut self, id: DeleteRequestId) -> Result<Option<DeleteRequestState>> {
        let state =
            sqlx::query_scalar!("select state from delete_requests where id = $1 for update", id.as_uuid())
                .fetch_optional(self.connection())
                .await
                .map_err(RegistryError::sql("locking a delete request"))?;
        let parsed = state.map(|state| column("state", state.parse())).transpose();
        parsed.map_err(|reason| RegistryError::Row { table: "delete_requests", id: id.to_string(), reason })
    }
}
