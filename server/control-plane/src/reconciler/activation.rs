//! One look at one project, and the work that follows from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use model::{
    Actor, DesiredState, Difference, Goal, Health, Hint, Operation, OperationKind, OperationStatus,
    PlannedStep, Problem, ProblemKind, ProjectId, ProjectStatus,
};
use tokio_util::sync::CancellationToken;

use super::attempts::Attempts;
use super::outcome::{BLIND, Outcome};
use super::status::StatusWriter;
use super::work::Work;
use crate::goal::goal;
use crate::registry::{Event, EventAction, NewOperation, ProjectRecord, StatusChange};
use crate::target::ReconcileTarget;
use crate::{Error, Inner, OpContext, Result};

/// What an activation works with.
pub(super) struct Activation<'a> {
    pub(super) inner: &'a Arc<Inner>,
    pub(super) id: &'a ProjectId,
    pub(super) attempts: &'a mut Attempts,
    /// Ends waits, so that the activation returns at the next step: a newer generation is there, or the engine stops.
    pub(super) cancel: &'a CancellationToken,
    /// The generation that is worked on, once the row was read.
    pub(super) generation: &'a AtomicI64,
}

impl Activation<'_> {
    /// Looks, plans, acts. An error of the registry costs the project no attempt.
    pub(super) async fn run(&mut self) -> Outcome {
        match self.converge().await {
            Ok(outcome) => outcome,
            Err(Error::Replan) => Outcome::Again(Duration::ZERO),
            Err(error) if error.is_transient() => Outcome::Again(BLIND),
            Err(error) => {
                // an unreadable row is shown on the fleet page, and looked at again when it is edited
                tracing::warn!(project.id = %self.id, error = %crate::chain(&error), "looking at a project");
                Outcome::Settled
            }
        }
    }

    async fn converge(&mut self) -> Result<Outcome> {
        let (inner, id) = (self.inner, self.id);
        let operation = inner.registry.open_operation(id).await?;
        let Some(record) = inner.registry.project(id).await? else { return gone(inner, id, operation).await };
        self.generation.fetch_max(record.project.generation, Ordering::AcqRel);
        let target = ReconcileTarget::of(record);
        let seen = inner.look(&target.record).await;
        let goal = goal(&target.record);
        if let Goal::Hold(job) = goal {
            return wait(inner, operation, &held(&target.record, job)).await;
        }
        if let Some(problem) = inner.without_server(&target.record) {
            return wait(inner, operation, &problem).await;
        }
        let differences = inner.differences(&target, &seen);
        if differences.is_empty() {
            return self.rest_in_peace(&target, goal, operation).await;
        }
        if let Some(pause) = self.pause(&target, &differences) {
            if !target.due && self.attempts.rests(&differences, Instant::now()).is_some() {
                // what was begun for another goal, such as the maintenance of a job that is over, is not gone on with
                end(inner, operation, OperationStatus::Cancelled).await?;
            }
            return Ok(Outcome::Again(pause));
        }
        let steps = inner.plan(&target, &seen);
        let operation = match operation {
            Some(operation) => Some(operation),
            None => open(inner, &target, &steps).await?,
        };
        let Some(operation) = operation else { return Ok(Outcome::Again(Duration::ZERO)) };
        let work = Work { inner, target, operation, differences, cancel: self.cancel };
        Box::pin(work.execute(&steps, self.attempts)).await
    }

    /// Nothing is left to do towards the goal.
    async fn rest_in_peace(
        &mut self,
        target: &ReconcileTarget,
        goal: Goal,
        operation: Option<Operation>,
    ) -> Result<Outcome> {
        match (goal, operation) {
            (Goal::Maintain(job), Some(operation)) if operation.actor != Actor::Reconciler => {
                return wait(self.inner, Some(operation), &held(&target.record, job)).await;
            }
            (Goal::Maintain(_), operation) => end(self.inner, operation, OperationStatus::Succeeded).await?,
            (_, operation) if target.returned => {
                end(self.inner, operation, OperationStatus::Succeeded).await?;
            }
            (_, operation) => settle(self.inner, target, operation).await?,
        }
        self.attempts.settle(Instant::now());
        self.inner.observations.set_next_attempt(self.id, None);
        Ok(Outcome::Settled)
    }

    /// How long the differences are left alone: between two attempts, or because they could not be closed.
    fn pause(&mut self, target: &ReconcileTarget, differences: &[Difference]) -> Option<Duration> {
        let now = Instant::now();
        self.attempts.disturbed(now);
        let failed = target.record.project.status == ProjectStatus::Failed;
        if failed && !target.due && !target.returned && !self.attempts.has_rested() {
            // failed under an earlier control plane: it is not told when the next attempt was due
            self.attempts.rest(differences, now, self.inner.settings.failed_retry);
        }
        let rest = self.attempts.rests(differences, now).filter(|_| !target.due);
        self.inner.observations.set_next_attempt(self.id, rest);
        rest.or_else(|| self.attempts.pause(now))
    }
}

/// Nothing is done now; what was asked for waits, and says for what.
async fn wait(inner: &Inner, operation: Option<Operation>, problem: &Problem) -> Result<Outcome> {
    if let Some(operation) = operation {
        inner.reports().waiting(operation.id, None, problem).await?;
    }
    Ok(Outcome::Settled)
}

/// Why nothing is done: a job alone may touch the project now.
fn held(record: &ProjectRecord, job: model::OperationId) -> Problem {
    let detail = format!(
        "A job alone may touch instance and database of {} now. What was asked for is done when the job is over.",
        record.project.id
    );
    Problem { operation: Some(job), ..Problem::new(ProblemKind::Conflict, "Waiting for a job", detail) }
}

async fn end(inner: &Inner, operation: Option<Operation>, status: OperationStatus) -> Result<()> {
    if let Some(operation) = operation {
        inner.reports().over(operation.id, status, None).await?;
    }
    Ok(())
}

/// The row is gone: the delete that took it is done; nothing else can be.
async fn gone(inner: &Inner, id: &ProjectId, operation: Option<Operation>) -> Result<Outcome> {
    inner.observations.forget(id);
    let done = operation.as_ref().is_some_and(|operation| operation.kind == OperationKind::Delete);
    let status = if done { OperationStatus::Succeeded } else { OperationStatus::Cancelled };
    end(inner, operation, status).await?;
    inner.live.send(Hint::Fleet);
    Ok(Outcome::Gone)
}

/// Nothing is left to do: the lifecycle moves on and the operation is over, in one transaction.
async fn settle(inner: &Inner, target: &ReconcileTarget, operation: Option<Operation>) -> Result<()> {
    let project = &target.record.project;
    let status = match project.desired_state {
        DesiredState::Running => ProjectStatus::Running,
        DesiredState::Stopped => ProjectStatus::Stopped,
    };
    if target.due || project.status != status || project.problem.is_some() {
        let running = status == ProjectStatus::Running;
        let actor =
            operation.as_ref().map_or_else(|| unasked(target.due), |operation| operation.actor.clone());
        let change = StatusChange {
            status,
            reached: Some(project.generation),
            deployed: running.then(|| project.schema_ref.commit().clone()),
            problem: None,
        };
        let writer = StatusWriter { inner, id: &project.id, actor: &actor };
        writer.end(project.status, change, operation.as_ref().map(|it| it.id), None).await?;
    } else {
        end(inner, operation, OperationStatus::Succeeded).await?;
    }
    let health = Health::of(&inner.present(target.record.clone()));
    tracing::debug!(project.id = %project.id, %health, "settled");
    Ok(())
}

/// Work that no operation was opened for: a difference that was observed, or a row edited by SQL. `None` when something else
/// was asked for meanwhile: that operation must not be superseded by what was observed before it.
async fn open(inner: &Inner, target: &ReconcileTarget, steps: &[PlannedStep]) -> Result<Option<Operation>> {
    let project = &target.record.project;
    if inner.registry.open_operation(&project.id).await?.is_some() {
        return Ok(None); // it was asked for with the row as it was read, which was after the look for operations
    }
    let mut change = inner.registry.change(&OpContext::platform(unasked(target.due))).await?;
    change.in_term(inner.term()).await?;
    let now = change.lock_project(&project.id).await?;
    if now.is_none_or(|now| now.project.generation != project.generation) {
        return Ok(None);
    }
    let new = NewOperation {
        project: &project.id,
        kind: OperationKind::Converge,
        generation: project.generation,
        steps,
        idempotency_key: None,
    };
    let operation = change.open_operation(&new).await?;
    let words: Vec<_> = steps.iter().map(|planned| planned.step).collect();
    let revision = target.record.running.as_ref().filter(|_| target.returned).map(|it| it.number);
    let detail = serde_json::json!({"operation": operation.id, "steps": words, "revision": revision});
    let action = if target.returned { "return" } else { "converge" };
    change.commit(Event { project: Some(&project.id), action: EventAction::Other(action), detail }).await?;
    Ok(Some(operation))
}

/// Who is named for work that no operation was opened for.
const fn unasked(due: bool) -> Actor {
    if due { Actor::Registry } else { Actor::Reconciler }
}
