//! Filing a delete request, and deciding it. Every command writes its event in the same transaction.

use model::{
    Action, ApprovalDraft, BackupId, BackupKind, DeleteFacts, DeleteRequest, DeleteRequestDraft,
    DeleteRequestId, DeleteRequestState, EventAction, ProjectId, ReasonDraft, Target,
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Deletes, facts, is_own, problems, progress};
use crate::backups::policies::policy_of;
use crate::backups::{open_backup, problems as backup_problems, refuse_beside_recovery};
use crate::jobs::refuse_while_exclusive;
use crate::projects::locked::{lock, not_being_deleted, refuse_protected};
use crate::projects::requested;
use crate::registry::{Change, DeleteDecision, DeleteRequestRow, Event, NewDeleteRequest, ProjectRecord};
use crate::{OpContext, Result};

impl Deletes<'_> {
    /// Requests the delete of a project with its database. Takes a backup if none was verified lately. Refused while the deletion
    /// protection is on, a request is open, or a job works on the project. The project runs until the request is approved.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn request(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: &DeleteRequestDraft,
    ) -> Result<DeleteRequest> {
        op.may(Action::ProjectDrop, Target::Project(id))?;
        draft.validate(id)?;
        let facts = facts::read(self.0, op, id).await?;
        let needs_approval = self.needs_approval(id).await?;
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        refuse_now(&mut change, &record).await?;
        let backup = self.proof(&mut change, &record, &facts).await?;
        let request = DeleteRequestId::from(Uuid::now_v7());
        let expiry = self.0.settings.deletes.expiry;
        let new = NewDeleteRequest {
            id: request,
            project: id,
            operator: op.operator_id(),
            expires_at: OffsetDateTime::now_utc() + expiry,
            shown: &facts,
            needs_approval,
            backup,
        };
        change.file_delete_request(&new).await?;
        let detail = json!({
            "request": request, "database": facts.database, "bytes": facts.database_bytes, "rows": facts.rows,
            "needs_approval": needs_approval, "backup": backup,
        });
        change.commit(Event { project: Some(id), action: Action::ProjectDrop.into(), detail }).await?;
        progress::begin_soon(self.0, request).await;
        self.get(op, request).await
    }

    /// The backup that the request rests on: the newest verified one if it is young enough, otherwise one that is taken now.
    async fn proof(
        &self,
        change: &mut Change,
        record: &ProjectRecord,
        facts: &DeleteFacts,
    ) -> Result<BackupId> {
        if let Some(fresh) = facts::fresh_backup(self.0, facts) {
            return Ok(fresh);
        }
        let id = &record.project.id;
        let policy = policy_of(self.0, id).await?;
        let opened = open_backup(self.0, change, record, (BackupKind::PreDelete, &policy), None).await?;
        let action = Action::BackupCreate.into();
        change.record(&Event { project: Some(id), action, detail: opened.detail }).await?;
        Ok(opened.id)
    }

    /// Approves a pending request of another operator. Its job begins as soon as its backup is verified.
    #[tracing::instrument(skip_all, fields(request.id = %id))]
    pub async fn approve(
        &self,
        op: &OpContext,
        id: DeleteRequestId,
        draft: &ApprovalDraft,
    ) -> Result<DeleteRequest> {
        let row = self.find(op, Action::ProjectDropApprove, id).await?;
        let reason = draft.validate(&row.request.project_id)?;
        if op.operator_id().is_none() || is_own(op, &row) {
            return Err(problems::own_request(&row.request).into());
        }
        let state = DeleteRequestState::Approved;
        self.decide(op, &row, &DeleteDecision { state, reason: reason.as_deref() }).await?;
        progress::begin_soon(self.0, id).await;
        self.get(op, id).await
    }

    /// Refuses a request that is not executed yet. Needs a reason. Nothing else is changed.
    #[tracing::instrument(skip_all, fields(request.id = %id))]
    pub async fn refuse(
        &self,
        op: &OpContext,
        id: DeleteRequestId,
        draft: &ReasonDraft,
    ) -> Result<DeleteRequest> {
        let row = self.find(op, Action::ProjectDropApprove, id).await?;
        let reason = draft.validate()?.ok_or_else(problems::no_reason)?;
        let state = DeleteRequestState::Refused;
        self.decide(op, &row, &DeleteDecision { state, reason: Some(&reason) }).await?;
        self.get(op, id).await
    }

    /// Withdraws one's own request that is not executed yet. Nothing else is changed.
    #[tracing::instrument(skip_all, fields(request.id = %id))]
    pub async fn withdraw(
        &self,
        op: &OpContext,
        id: DeleteRequestId,
        draft: &ReasonDraft,
    ) -> Result<DeleteRequest> {
        let row = self.find(op, Action::ProjectDrop, id).await?;
        let reason = draft.validate()?;
        if !is_own(op, &row) {
            return Err(problems::not_own_request(&row.request).into());
        }
        let state = DeleteRequestState::Withdrawn;
        self.decide(op, &row, &DeleteDecision { state, reason: reason.as_deref() }).await?;
        self.get(op, id).await
    }

    /// Writes the decision, judged under the lock of the request.
    async fn decide(
        &self,
        op: &OpContext,
        row: &DeleteRequestRow,
        decision: &DeleteDecision<'_>,
    ) -> Result<()> {
        let request = &row.request;
        let approves = decision.state == DeleteRequestState::Approved;
        let mut change = self.0.registry.change(op).await?;
        match change.lock_delete_request(request.id).await? {
            Some(DeleteRequestState::Pending) if request.expires_at > OffsetDateTime::now_utc() => {}
            Some(DeleteRequestState::Pending) => return Err(problems::expired(request).into()),
            Some(DeleteRequestState::Approved) if !approves => {}
            state => return Err(problems::decided(request, state.unwrap_or(request.state)).into()),
        }
        change.decide_delete_request(request.id, decision).await?;
        let withdrawn = decision.state == DeleteRequestState::Withdrawn;
        let action: EventAction =
            if withdrawn { Action::ProjectDrop.into() } else { Action::ProjectDropApprove.into() };
        let detail = json!({
            "request": request.id, "approved": approves, "withdrawn": withdrawn, "reason": decision.reason,
            "requester": request.actor.label(), "database": request.shown.database,
        });
        let event = Event { project: Some(&request.project_id), action, detail };
        Ok(change.commit(event).await?)
    }
}

/// Refuses a request for what is on the project now.
async fn refuse_now(change: &mut Change, record: &ProjectRecord) -> Result<()> {
    let id = &record.project.id;
    refuse_protected(record)?;
    refuse_while_exclusive(record)?;
    refuse_beside_recovery(change, id).await?;
    if let Some(open) = change.open_delete_request(id).await? {
        return Err(requested(id, open).into());
    }
    if record.database_oid.is_none() {
        return Err(backup_problems::database_not_seen(id).into());
    }
    Ok(())
}
