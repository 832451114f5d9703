//! Moves along a project's lifecycle, with the end of the operation that led there: in one transaction, or not at all. So a
//! crash never leaves a project that failed beside an operation that runs.

use model::{Actor, OperationId, OperationStatus, ProjectId, ProjectStatus, SystemEvent};

use crate::registry::{Change, Ending, Event, StatusChange};
use crate::{Inner, OpContext, Result};

/// Writes where a project stands.
pub(super) struct StatusWriter<'a> {
    pub(super) inner: &'a Inner,
    pub(super) id: &'a ProjectId,
    /// Who is named for it.
    pub(super) actor: &'a Actor,
}

impl StatusWriter<'_> {
    /// Moves to a status that is passed on the way.
    pub(super) async fn pass(
        &self,
        from: ProjectStatus,
        to: ProjectStatus,
        operation: OperationId,
    ) -> Result<()> {
        let mut change = self.begin().await?;
        let to = StatusChange::to(to);
        change.set_status(self.id, &to).await?;
        self.commit(change, from, &to, Some(operation)).await
    }

    /// Moves to the status in which the work ends, and ends the operation. It failed where the change has a problem; `failed_at`
    /// is the place of the step that did.
    pub(super) async fn end(
        &self,
        from: ProjectStatus,
        to: StatusChange,
        operation: Option<OperationId>,
        failed_at: Option<i32>,
    ) -> Result<()> {
        let mut change = self.begin().await?;
        let mut from = from;
        if !from.may_become(to.status) {
            let on_the_way = StatusChange::to(ProjectStatus::Provisioning);
            change.set_status(self.id, &on_the_way).await?;
            change.record(&self.event(from, &on_the_way, operation)).await?;
            from = on_the_way.status;
        }
        change.set_status(self.id, &to).await?;
        if to.status == ProjectStatus::Running && to.problem.is_none() {
            change.prove_revision(self.id).await?;
        }
        if let Some(id) = operation {
            let failed = to.problem.is_some();
            let status = if failed { OperationStatus::Failed } else { OperationStatus::Succeeded };
            let ending = Ending { id, status, problem: to.problem.as_ref(), failed_at };
            change.end_operation(self.inner.term, &ending).await?;
        }
        self.commit(change, from, &to, operation).await
    }

    async fn begin(&self) -> Result<Change> {
        let mut change = self.inner.registry.change(&OpContext::platform(self.actor.clone())).await?;
        change.in_term(self.inner.term).await?;
        Ok(change)
    }

    async fn commit(
        &self,
        change: Change,
        from: ProjectStatus,
        to: &StatusChange,
        operation: Option<OperationId>,
    ) -> Result<()> {
        Ok(change.commit(self.event(from, to, operation)).await?)
    }

    /// The audit event: action `status` if the status changes, else `reached`.
    fn event(&self, from: ProjectStatus, to: &StatusChange, operation: Option<OperationId>) -> Event<'_> {
        let detail = serde_json::json!({
            "from": from, "to": to.status, "generation": to.reached, "operation": operation,
            "problem": to.problem.as_ref().map(|problem| &problem.title),
        });
        let action = if from == to.status { SystemEvent::Reached } else { SystemEvent::Status };
        Event { project: Some(self.id), action: action.into(), detail }
    }
}
