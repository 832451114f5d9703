//! Filing requests to delete a project with its database, and moving them on. Every move names the states that it starts from.

use model::{
    Actor, BackupId, DeleteFacts, DeleteRequestId, DeleteRequestState, OperationId, OperatorId, Problem,
    ProjectId,
};
use time::OffsetDateTime;

use super::{Change, RegistryError, Result};

/// A request to be filed.
#[derive(Debug, Clone)]
pub struct NewDeleteRequest<'a> {
    /// Its id.
    pub id: DeleteRequestId,
    /// The project.
    pub project: &'a ProjectId,
    /// The operator who files it; `None` for the platform.
    pub operator: Option<OperatorId>,
    /// When it expires.
    pub expires_at: OffsetDateTime,
    /// What the requester was shown.
    pub shown: &'a DeleteFacts,
    /// Whether another operator has to approve it.
    pub needs_approval: bool,
    /// The backup that it rests on.
    pub backup: BackupId,
}

/// A decision about a pending or approved request.
#[derive(Debug, Clone, Copy)]
pub struct DeleteDecision<'a> {
    /// The state that it leads to.
    pub state: DeleteRequestState,
    /// The reason that the operator gave.
    pub reason: Option<&'a str>,
}

impl Change {
    /// Files a request: pending, or approved where no approval is needed. An error of the constraint `delete_requests_open`
    /// where one is open.
    pub async fn file_delete_request(&mut self, new: &NewDeleteRequest<'_>) -> Result<()> {
        let state =
            if new.needs_approval { DeleteRequestState::Pending } else { DeleteRequestState::Approved };
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into delete_requests (id, project_id, actor, operator_id, expires_at, shown, needs_approval, backup_id, state)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            new.id.as_uuid(),
            new.project.as_str(),
            actor,
            new.operator.map(|operator| operator.as_uuid()),
            new.expires_at,
            serde_json::json!(new.shown),
            new.needs_approval,
            new.backup.as_uuid(),
            state.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("filing a delete request"))?;
        Ok(())
    }

    /// Writes the decision of this caller. The caller of this function holds the lock of the request and has judged its state.
    pub async fn decide_delete_request(
        &mut self,
        id: DeleteRequestId,
        decision: &DeleteDecision<'_>,
    ) -> Result<()> {
        let actor: &Actor = self.actor();
        let actor = actor.to_string();
        sqlx::query!(
            "update delete_requests set state = $2, decided_by = $3, decided_at = now(), reason = $4,
                    ended_at = case when $5 then now() end
             where id = $1",
            id.as_uuid(),
            decision.state.as_str(),
            actor,
            decision.reason,
            decision.state.is_over()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("deciding a delete request"))?;
        Ok(())
    }

    /// The job of an approved request was opened, which takes this backup. `false` where the request is no longer approved.
    pub async fn execute_delete_request(
        &mut self,
        id: DeleteRequestId,
        operation: OperationId,
        last_backup: BackupId,
    ) -> Result<bool> {
        let done = sqlx::query!(
            "update delete_requests set state = 'executing', operation_id = $2, last_backup_id = $3
             where id = $1 and state = 'approved'",
            id.as_uuid(),
            operation.as_uuid(),
            last_backup.as_uuid()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("executing a delete request"))?;
        Ok(done.rows_affected() == 1)
    }

    /// An open request is over: executed, expired, or failed with a problem. `false` where it was over before, or where it is to
    /// expire and was decided meanwhile.
    pub async fn end_delete_request(
        &mut self,
        id: DeleteRequestId,
        state: DeleteRequestState,
        problem: Option<&Problem>,
    ) -> Result<bool> {
        let done = sqlx::query!(
            "update delete_requests set state = $2, problem = $3, ended_at = now()
             where id = $1 and state in ('pending', 'approved', 'executing') and ($2 <> 'expired' or state = 'pending')",
            id.as_uuid(),
            state.as_str(),
            problem.map(|problem| serde_json::json!(problem))
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("ending a delete request"))?;
        Ok(done.rows_affected() == 1)
    }
}
