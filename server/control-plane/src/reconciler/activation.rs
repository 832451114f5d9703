//! One activation: observes one project, and plans and executes the steps that follow.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use model::{
    Actor, DesiredState, Difference, DriftLevel, Goal, Health, Hint, Operation, OperationKind,
    OperationStatus, Problem, ProblemKind, ProjectId, ProjectStatus,
};
use tokio_util::sync::CancellationToken;

use super::attempts::Attempts;
use super::opening::{open, unrequested};
use super::outcome::{BLIND, Outcome};
use super::status::StatusWriter;
use super::work::Work;
use crate::goal::goal;
use crate::registry::{ProjectRecord, StatusChange};
use crate::target::ReconcileTarget;
use crate::{Error, Inner, Result, drift, observe, projects, target};

/// One run of observe, plan, act.
pub(super) struct Activation<'a> {
    pub(super) inner: &'a Arc<Inner>,
    pub(super) id: &'a ProjectId,
    pub(super) attempts: &'a mut Attempts,
    /// Cancelled when a newer generation exists or the engine stops: waits end, and the activation returns at the next step.
    pub(super) cancel: &'a CancellationToken,
    /// The generation of the row that the activation has read.
    pub(super) generation: &'a AtomicI64,
}

impl Activation<'_> {
    /// Observes, plans, acts. An error of the registry does not count as an attempt.
    pub(super) async fn run(&mut self) -> Outcome {
        match self.converge().await {
            Ok(outcome) => outcome,
            Err(Error::Replan) => Outcome::Again(Duration::ZERO),
            Err(error) if error.is_transient() => Outcome::Again(BLIND),
            Err(error) => {
                // an unreadable row is shown on the fleet page; its next edit starts another activation
                tracing::warn!(project.id = %self.id, error = %crate::chain(&error), "observing a project");
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
        let seen = observe::project(inner, &target.record).await.facts;
        let goal = goal(&target.record);
        if let Goal::Hold(job) = goal {
            return wait(inner, operation, &held(&target.record, job)).await;
        }
        if let Some(problem) = target::missing_database_server(inner, &target.record) {
            return wait(inner, operation, &problem).await;
        }
        let differences = target::differences(inner, &target, &seen);
        if differences.is_empty() {
            return self.settle_goal(&target, goal, operation).await;
        }
        note_drift(inner, &target, &differences);
        if let Some(pause) = self.pause(&target, &differences) {
            if !target.due && self.attempts.rests(&differences, Instant::now()).is_some() {
                // work for another goal, such as the maintenance of a job that has ended, is not continued
                end(inner, operation, OperationStatus::Cancelled).await?;
            }
            return Ok(Outcome::Again(pause));
        }
        let steps = target::steps(inner, &target, &seen);
        let operation = match operation {
            Some(operation) => Some(operation),
            None => open(inner, &target, &differences, &steps).await?,
        };
        let Some(operation) = operation else { return Ok(Outcome::Again(Duration::ZERO)) };
        let work = Work { inner, target, operation, differences, cancel: self.cancel };
        Box::pin(work.execute(&steps, self.attempts)).await
    }

    /// Ends the operation and the attempts of a project without differences.
    async fn settle_goal(
        &mut self,
        target: &ReconcileTarget,
        goal: Goal,
        operation: Option<Operation>,
    ) -> Result<Outcome> {
        let ended = operation.is_some();
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
        self.inner.observations.forget_attempts(self.id);
        self.inner.drift.settled(self.id);
        if ended {
            self.inner.drift.wake(self.id);
        }
        Ok(Outcome::Settled)
    }

    /// The pause before the next attempt: the back-off between two attempts, or the rest after a change that failed.
    fn pause(&mut self, target: &ReconcileTarget, differences: &[Difference]) -> Option<Duration> {
        let now = Instant::now();
        self.attempts.disturbed(now);
        let failed = target.record.project.status == ProjectStatus::Failed;
        if failed && !target.due && !target.returned && !self.attempts.has_rested() {
            // failed under an earlier control plane, whose schedule is not stored
            self.attempts.rest(differences, now, self.inner.settings.failed_retry);
        }
        let rest = self.attempts.rests(differences, now).filter(|_| !target.due);
        let pause = rest.or_else(|| self.attempts.pause(now));
        self.inner.observations.set_attempts(self.id, self.attempts.report(now, pause));
        pause
    }
}

/// Has the differences recorded that the engine closes before a check sees them.
fn note_drift(inner: &Inner, target: &ReconcileTarget, differences: &[Difference]) {
    for difference in differences.iter().filter(|_| !target.due) {
        if let Some(level) = DriftLevel::of(difference) {
            inner.drift.note(&target.record.project.id, level, drift::line(difference));
        }
    }
}

/// Does nothing now; the operation shows the problem that it waits for.
async fn wait(inner: &Inner, operation: Option<Operation>, problem: &Problem) -> Result<Outcome> {
    if let Some(operation) = operation {
        inner.registry.reports(inner.term).waiting(operation.id, None, problem).await?;
    }
    Ok(Outcome::Settled)
}

/// The problem of an operation that waits for the job that holds the project.
fn held(record: &ProjectRecord, job: model::OperationId) -> Problem {
    let detail = format!(
        "A job alone may touch instance and database of {} now. What was asked for is done when the job is over.",
        record.project.id
    );
    Problem { operation: Some(job), ..Problem::new(ProblemKind::Conflict, "Waiting for a job", detail) }
}

async fn end(inner: &Inner, operation: Option<Operation>, status: OperationStatus) -> Result<()> {
    if let Some(operation) = operation {
        inner.registry.reports(inner.term).over(operation.id, status, None).await?;
    }
    Ok(())
}

/// The row is gone: its delete succeeded, any other operation is cancelled.
async fn gone(inner: &Inner, id: &ProjectId, operation: Option<Operation>) -> Result<Outcome> {
    inner.observations.forget(id);
    let done = operation.as_ref().is_some_and(|operation| operation.kind == OperationKind::Delete);
    let status = if done { OperationStatus::Succeeded } else { OperationStatus::Cancelled };
    end(inner, operation, status).await?;
    inner.live.send(Hint::Fleet);
    Ok(Outcome::Gone)
}

/// Writes the status that the goal implies and ends the operation, in one transaction.
async fn settle(inner: &Inner, target: &ReconcileTarget, operation: Option<Operation>) -> Result<()> {
    let project = &target.record.project;
    let status = match project.desired_state {
        DesiredState::Running => ProjectStatus::Running,
        DesiredState::Stopped => ProjectStatus::Stopped,
    };
    if target.due || project.status != status || project.problem.is_some() {
        let running = status == ProjectStatus::Running;
        let actor =
            operation.as_ref().map_or_else(|| unrequested(target.due), |operation| operation.actor.clone());
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
    let health = Health::of(&projects::present(inner, &target.record));
    tracing::debug!(project.id = %project.id, %health, "settled");
    Ok(())
}
