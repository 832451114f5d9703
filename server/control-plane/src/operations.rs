//! Operations: opening, listing, cancelling and retrying them.

use model::action::Scope;
use model::{
    Action, Lane, Operation, OperationFilter, OperationId, OperationKind, OperationStatus, Page, Problem,
    ProblemKind, ProjectId, Target,
};
use serde_json::{Value, json};

use crate::jobs::refuse_while_exclusive;
use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::{Change, Event, IdempotencyKey, NewOperation};
use crate::{Inner, OpContext, Result, target};

/// Operations.
pub struct Operations<'a>(&'a Inner);

impl<'a> Operations<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Operations of the filter that the caller may see, newest first, older than `before`.
    #[tracing::instrument(skip_all)]
    pub async fn list(
        &self,
        op: &OpContext,
        filter: &OperationFilter,
        before: Option<OperationId>,
    ) -> Result<Page<Operation>> {
        op.may(Action::OperationView, filter.project.as_ref().map_or(Target::Anywhere, Target::Project))?;
        let visible = op.projects(Action::OperationView);
        let mut page = self.0.registry.operations(filter, &visible, before).await?;
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

    /// Requests the cancellation of a job and returns the job. It ends within seconds; completed steps stay. Also requires the
    /// action of the job's command.
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
        let detail = json!({"operation": id, "kind": operation.kind.as_str()});
        let action = Action::OperationCancel.into();
        change.commit(Event { project: operation.project_id.as_ref(), action, detail }).await?;
        Ok(redacted(op, cancelled))
    }

    /// Retries a failed operation as a new one towards the present desired state. Also requires the action of its command.
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
        let facts = vec![("retry_of", json!(failed.id))];
        open(self.0, change, Opening { project, kind: failed.kind, generation, key: None, facts }).await
    }
}

/// An operation of lane `converge` that a command opens.
pub(crate) struct Opening<'a> {
    pub(crate) project: &'a ProjectId,
    pub(crate) kind: OperationKind,
    pub(crate) generation: i64,
    pub(crate) key: Option<&'a IdempotencyKey>,
    /// What the audit event says beside the operation: names and values.
    pub(crate) facts: Vec<(&'static str, Value)>,
}

/// Opens the operation of a change with the steps that are planned now, and commits both with the audit event. Refused while
/// a job holds the project exclusively.
pub(crate) async fn open(inner: &Inner, change: Change, opening: Opening<'_>) -> Result<Operation> {
    let Opening { project, kind, generation, key, facts } = opening;
    let (mut change, record) = lock(change, project).await?;
    refuse_while_exclusive(&record)?;
    let steps = target::planned(inner, &record);
    let new = NewOperation { project, kind, generation, steps: &steps, idempotency_key: key };
    let operation = change.open_operation(&new).await?;
    let facts = [("operation", json!(operation.id))].into_iter().chain(facts);
    let detail = facts.map(|(name, fact)| (name.to_owned(), fact)).collect();
    change.commit(Event { project: Some(project), action: kind.into(), detail }).await?;
    Ok(operation)
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
