//! Operations, as operators follow them.

use model::{
    Action, Operation, OperationId, OperationKind, OperationStatus, Page, Problem, ProblemKind, ProjectId,
    Target,
};

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
        let Some(project) = &failed.project_id else { return Err(not_repeatable(&failed).into()) };
        let record = self.0.registry.project(project).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("project {project}")))?;
        if failed.kind != OperationKind::Delete {
            self.0.refuse_while_deleting(&record).await?;
        }
        let mut change = self.0.registry.change_of(op, project).await?;
        let generation = change.raise_generation(project).await?;
        self.0.open(change, project, failed.kind, generation).await
    }
}

fn redacted(op: &OpContext, operation: Operation) -> Operation {
    let problem = op.redacted(Target::of(operation.project_id.as_ref()), operation.problem);
    Operation { problem, ..operation }
}

fn not_repeatable(failed: &Operation) -> Problem {
    let detail = format!("Nothing was changed. Ask for a new {} instead.", failed.kind);
    Problem::new(ProblemKind::Conflict, "This operation cannot be repeated", detail)
}
