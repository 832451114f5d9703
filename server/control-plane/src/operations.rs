//! Operations, as operators follow them.

use model::action::Scope;
use model::{
    Action, Lane, Operation, OperationId, OperationKind, OperationStatus, Page, Problem, ProblemKind,
    ProjectId, Target,
};

use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::Event;
use crate::{Inner, OpContext, Result};

/// Operations.
pub struct Operations<'a>(&'a Inner);

impl<'a> Operations<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Operations, newest first, older than `before`: of one project, or of all that the asker may see.
    #[tracing::instrument(skip_all)]
    pub async fn list(
        &self,
        op: &OpContext,
        project: Option<&ProjectId>,
        before: Option<OperationId>,
    ) -> Result<Page<Operation>> {
        op.may(Action::OperationView, project.map_or(Target::Anywhere, Target::Project))?;
        let mut page = self.0.registry.operations(project, before).await?;
        page.items
            .retain(|operation| op.can(Action::OperationView, Target::of(operation.project_id.as_ref())));
        page.items = page.items.into_iter().map(|operation| redacted(op, operation)).collect();
        Ok(page)
    }

    /// One operation with its steps.
    #[tracing::instrument(skip_all, fields(operation.id = %id))]
    pub async fn get(&self, op: &OpContext, id: OperationId) -> Result<Operation> {
        let operation = self.find(id).await?;
        op.may(Action::OperationView, Target::of(operation.project_id.as_ref()))?;
        Ok(redacted(op, operation))
    }

    async fn find(&self, id: OperationId) -> Result<Operation> {
        let operation = self.0.registry.operation(id).await?;
        Ok(operation.ok_or_else(|| Problem::not_found(format!("operation {id}")))?)
    }

    /// Asks a job to end early, and returns it. It ends within seconds; steps that are done stay. Needs the action of its
    /// command too.
    #[tracing::instrument(skip_all, fields(operation.id = %id))]
    pub async fn cancel(&self, op: &OpContext, id: OperationId) -> Result<Operation> {
        let operation = self.find(id).await?;
        let target = Target::of(operation.project_id.as_ref());
        op.may(Action::OperationCancel, target)?;
        if operation.lane == Lane::Converge {
            return Err(reconciles(&operation).into());
        }
        let opens = operation.kind.action().unwrap_or(Action::OperationCancel);
        op.may(opens, if opens.scope() == Scope::Fleet { Target::Fleet } else { target })?;
        let mut change = self.0.registry.change(op).await?;
        let cancelled = change.cancel_job(id).await?.ok_or_else(|| is_over(id))?;
        let detail = serde_json::json!({"operation": id, "kind": operation.kind.as_str()});
        let action = Action::OperationCancel.into();
        change.commit(Event { project: operation.project_id.as_ref(), action, detail }).await?;
        Ok(redacted(op, cancelled))
    }

    /// Does a failed operation again, as a new one towards what is wanted now. Needs the action of its command too.
    #[tracing::instrument(skip_all, fields(operation.id = %id))]
    pub async fn retry(&self, op: &OpContext, id: OperationId) -> Result<Operation> {
        let failed = self.find(id).await?;
        let target = Target::of(failed.project_id.as_ref());
        op.may(Action::OperationRetry, target)?;
        op.may(failed.kind.action().unwrap_or(Action::OperationRetry), target)?;
        if failed.status != OperationStatus::Failed {
            let detail = format!(
                "Nothing was changed. It is {}; only a failed operation can be done again.",
                failed.status
            );
            return Err(Problem::new(ProblemKind::Conflict, "This operation did not fail", detail).into());
        }
        let project = failed.project_id.as_ref().filter(|_| failed.lane == Lane::Converge);
        let project = project.ok_or_else(|| not_repeatable(&failed))?;
        let (mut change, record) = lock(self.0.registry.change_of(op, project).await?, project).await?;
        if failed.kind != OperationKind::Delete {
            change = not_being_deleted(self.0, change, &record).await?;
        }
        let generation = change.raise_generation(project).await?;
        self.0.open(change, project, failed.kind, generation).await
    }
}

fn redacted(op: &OpContext, operation: Operation) -> Operation {
    let problem = op.redacted(Target::of(operation.project_id.as_ref()), operation.problem);
    Operation { problem, ..operation }
}

fn reconciles(operation: &Operation) -> Problem {
    let detail = format!(
        "Nothing was changed. Only jobs can be cancelled; this operation brings {} to what is desired. Ask for something else \
         instead, for example stop or delete: the later operation takes its place.",
        operation.subject()
    );
    let problem = Problem::new(ProblemKind::Conflict, "This operation cannot be cancelled", detail);
    Problem { operation: Some(operation.id), ..problem }
}

fn is_over(id: OperationId) -> Problem {
    let detail = "Nothing was changed. The job is over; see its outcome.";
    Problem { operation: Some(id), ..Problem::new(ProblemKind::Conflict, "The job is over", detail) }
}

fn not_repeatable(failed: &Operation) -> Problem {
    let detail = format!("Nothing was changed. It was a job; ask for it again instead ({}).", failed.kind);
    Problem::new(ProblemKind::Conflict, "This operation cannot be repeated", detail)
}
