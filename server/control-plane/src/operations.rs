//! Operations, as operators follow them.

use model::{Operation, OperationId, OperationKind, OperationStatus, Page, Problem, ProblemKind, ProjectId};

use crate::{Inner, OpContext, Result};

/// Operations.
pub struct Operations<'a>(&'a Inner);

impl<'a> Operations<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Operations, newest first, older than `before`: of one project, or of all that the asker may see.
    pub async fn list(
        &self,
        op: &OpContext,
        project: Option<&ProjectId>,
        before: Option<OperationId>,
    ) -> Result<Page<Operation>> {
        if let Some(id) = project {
            op.on_project(id)?;
        }
        let mut page = self.0.registry.operations(project, before).await?;
        page.items.retain(|operation| may_see(op, operation));
        Ok(page)
    }

    /// One operation with its steps.
    pub async fn get(&self, op: &OpContext, id: OperationId) -> Result<Operation> {
        let operation = self.0.registry.operation(id).await?;
        let operation = operation.ok_or_else(|| Problem::not_found(format!("operation {id}")))?;
        match &operation.project_id {
            Some(project) => op.on_project(project)?,
            None => op.on_fleet()?,
        }
        Ok(operation)
    }

    /// Does a failed operation again, as a new one towards what is wanted now.
    pub async fn retry(&self, op: &OpContext, id: OperationId) -> Result<Operation> {
        let failed = self.get(op, id).await?;
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
        let mut change = self.0.registry.change(op).await?;
        let generation = change.raise_generation(project).await?;
        self.0.open(change, project, failed.kind, generation).await
    }
}

fn may_see(op: &OpContext, operation: &Operation) -> bool {
    operation.project_id.as_ref().map_or_else(|| op.on_fleet().is_ok(), |project| op.may_see(project))
}

fn not_repeatable(failed: &Operation) -> Problem {
    let detail = format!("Nothing was changed. Ask for a new {} instead.", failed.kind);
    Problem::new(ProblemKind::Conflict, "This operation cannot be repeated", detail)
}
