//! Deletes of projects with their database, in two steps: a request with everything that is destroyed, and a job that moves the
//! project to the trash.
//!
//! A request rests on a verified backup and, by the approval policy, on the approval of another operator; the project runs
//! meanwhile. What ends a request without the job changes nothing. `docs/deletes.md` describes it for operators.

mod commands;
mod facts;
mod problems;
mod progress;

use model::{
    Action, ApprovalPolicy, DeletePreview, DeleteRequest, DeleteRequestId, OperatorId, Page, Problem,
    ProjectId, Target, TrashedProject,
};

pub(crate) use progress::run;

use crate::registry::DeleteRequestRow;
use crate::{Inner, OpContext, Result};

/// Requests on one page of the history.
const PAGE: usize = 100;

/// Delete requests and the trash.
pub struct Deletes<'a>(&'a Inner);

impl<'a> Deletes<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// What a delete of the project with its database would destroy now, and what it would need.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn preview(&self, op: &OpContext, id: &ProjectId) -> Result<DeletePreview> {
        op.may(Action::DeleteRequestView, Target::Project(id))?;
        let facts = facts::read(self.0, op, id).await?;
        let open = self.0.registry.open_delete_request(id).await?;
        let policy = self.0.settings.deletes;
        Ok(DeletePreview {
            needs_approval: self.needs_approval(id).await?,
            takes_backup: facts::fresh_backup(self.0, &facts).is_none(),
            backup_age_s: policy.backup_age.as_secs(),
            trash_s: policy.trash.as_secs(),
            open_request: open.map(|row| row.request.id),
            facts,
        })
    }

    /// The open requests that the caller may see, the oldest first.
    pub async fn open(&self, op: &OpContext) -> Result<Vec<DeleteRequest>> {
        op.may(Action::DeleteRequestView, Target::Anywhere)?;
        Ok(visible(op, self.0.registry.open_delete_requests().await?))
    }

    /// The requests that are over and that the caller may see, the newest first, those before `before`.
    pub async fn decided(
        &self,
        op: &OpContext,
        before: Option<DeleteRequestId>,
    ) -> Result<Page<DeleteRequest>> {
        op.may(Action::DeleteRequestView, Target::Anywhere)?;
        let rows = self.0.registry.decided_delete_requests(before).await?;
        let next = rows.last().filter(|_| rows.len() == PAGE).map(|row| row.request.id.to_string());
        Ok(Page { items: visible(op, rows), next_cursor: next })
    }

    /// One request.
    #[tracing::instrument(skip_all, fields(request.id = %id))]
    pub async fn get(&self, op: &OpContext, id: DeleteRequestId) -> Result<DeleteRequest> {
        Ok(own(op, self.find(op, Action::DeleteRequestView, id).await?))
    }

    /// The projects in the trash that the caller may see, the newest first.
    pub async fn trash(&self, op: &OpContext) -> Result<Vec<TrashedProject>> {
        op.may(Action::RetainedDatabaseView, Target::Anywhere)?;
        let rows = self.0.registry.trash(None).await?.into_iter().map(|row| row.project);
        let is_seen =
            |row: &TrashedProject| op.can(Action::RetainedDatabaseView, Target::Project(&row.project_id));
        Ok(rows.filter(is_seen).collect())
    }

    /// The row, after the caller was allowed the action on its project.
    async fn find(&self, op: &OpContext, action: Action, id: DeleteRequestId) -> Result<DeleteRequestRow> {
        op.may(action, Target::Anywhere)?;
        let row = self.0.registry.delete_request(id).await?;
        let row = row.ok_or_else(|| Problem::not_found(format!("delete request {id}")))?;
        op.may(action, Target::Project(&row.request.project_id))?;
        Ok(row)
    }

    /// Whether a request that is filed now needs the approval of another operator.
    async fn needs_approval(&self, id: &ProjectId) -> Result<bool> {
        Ok(match self.0.settings.deletes.approval {
            ApprovalPolicy::Always => true,
            ApprovalPolicy::Never => false,
            ApprovalPolicy::Auto => self.approvers(id).await?.len() > 1,
        })
    }

    async fn approvers(&self, id: &ProjectId) -> Result<Vec<OperatorId>> {
        let grants = self.0.registry.all_grants().await?;
        let may = |grants: &model::Grants| grants.allow(Action::ProjectDropApprove, Target::Project(id));
        Ok(grants.into_iter().filter(|(_, grants)| may(grants)).map(|(operator, _)| operator).collect())
    }
}

/// Those that the caller may see.
fn visible(op: &OpContext, rows: Vec<DeleteRequestRow>) -> Vec<DeleteRequest> {
    let seen =
        |row: &DeleteRequestRow| op.can(Action::DeleteRequestView, Target::Project(&row.request.project_id));
    rows.into_iter().filter(seen).map(|row| own(op, row)).collect()
}

/// The request as this caller sees it.
fn own(op: &OpContext, row: DeleteRequestRow) -> DeleteRequest {
    DeleteRequest { is_own: is_own(op, &row), ..row.request }
}

/// Whether the caller filed it, in person or by a token.
fn is_own(op: &OpContext, row: &DeleteRequestRow) -> bool {
    match row.operator {
        Some(operator) => op.operator_id() == Some(operator),
        None => op.operator_id().is_none() && *op.actor() == row.request.actor,
    }
}
