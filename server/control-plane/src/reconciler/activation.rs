//! One look at one project, and the work that follows from it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{
    Actor, DesiredState, Health, Hint, Operation, OperationKind, OperationStatus, PlannedStep, Problem,
    ProjectId, ProjectStatus, Step, StepStatus,
};

use super::attempts::Attempts;
use super::plan::is_due;
use crate::provisioner::Provisioner;
use crate::registry::{Event, EventAction, NewOperation, ProjectRecord, StatusChange};
use crate::{Error, Inner, OpContext, Result};

/// What comes next.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing, until somebody wakes it.
    Settled,
    /// Another look, after this pause at the latest.
    Again(Duration),
    /// There is no such project any more.
    Gone,
}

/// The pause after a look that did not even come to a plan.
const BLIND: Duration = Duration::from_secs(2);

/// Looks, plans, does.
pub(super) async fn activate(inner: &Arc<Inner>, id: &ProjectId, attempts: &mut Attempts) -> Outcome {
    match converge(inner, id, attempts).await {
        Ok(outcome) => outcome,
        Err(error) if error.is_transient() => Outcome::Again(BLIND),
        Err(error) => {
            // an unreadable row: shown on the fleet page, looked at again when it is edited
            tracing::warn!(project.id = %id, error = %crate::chain(&error), "looking at a project");
            Outcome::Settled
        }
    }
}

async fn converge(inner: &Arc<Inner>, id: &ProjectId, attempts: &mut Attempts) -> Result<Outcome> {
    let operation = inner.registry.open_operation(id).await?;
    let Some(record) = inner.registry.project(id).await? else { return gone(inner, id, operation).await };
    let due = is_due(&record);
    if record.project.status == ProjectStatus::Failed && !due {
        inner.look(&record).await;
        return Ok(Outcome::Settled);
    }
    let seen = inner.look(&record).await;
    if let Some(problem) = inner.without_server(&record) {
        return wait_for_server(inner, operation, &problem).await;
    }
    let steps = inner.plan(&record, &seen);
    if steps.is_empty() {
        settle(inner, &record, operation, due).await?;
        attempts.settle(Instant::now());
        return Ok(Outcome::Settled);
    }
    attempts.disturbed(Instant::now());
    if let Some(pause) = attempts.pause(Instant::now()) {
        return Ok(Outcome::Again(pause));
    }
    let operation = match operation {
        Some(operation) => Some(operation),
        None => open(inner, &record, &steps, due).await?,
    };
    let Some(operation) = operation else { return Ok(Outcome::Again(Duration::ZERO)) };
    Work { inner, record, operation, due }.execute(&steps, attempts).await
}

/// The project's database server is not configured: nothing is done, and what was asked for waits until it is.
async fn wait_for_server(inner: &Inner, operation: Option<Operation>, problem: &Problem) -> Result<Outcome> {
    if let Some(operation) = operation {
        inner.reports().waiting(operation.id, None, problem).await?;
    }
    Ok(Outcome::Settled)
}

/// The row is gone: the delete that took it is done; nothing else can be.
async fn gone(inner: &Inner, id: &ProjectId, operation: Option<Operation>) -> Result<Outcome> {
    inner.observations.forget(id);
    if let Some(operation) = operation {
        let done = operation.kind == OperationKind::Delete;
        let status = if done { OperationStatus::Succeeded } else { OperationStatus::Cancelled };
        inner.reports().over(operation.id, status, None).await?;
    }
    inner.live.send(Hint::Fleet);
    Ok(Outcome::Gone)
}

/// Nothing is left to do: the lifecycle moves on and the operation is over.
async fn settle(
    inner: &Inner,
    record: &ProjectRecord,
    operation: Option<Operation>,
    due: bool,
) -> Result<()> {
    let project = &record.project;
    let status = match project.desired_state {
        DesiredState::Running => ProjectStatus::Running,
        DesiredState::Stopped => ProjectStatus::Stopped,
    };
    if due || project.status != status || project.problem.is_some() {
        let running = status == ProjectStatus::Running;
        let mut from = project.status;
        let on_word_of = operation.as_ref().map_or_else(|| unasked(due), |operation| operation.actor.clone());
        let journey = Journey { inner, id: &project.id, actor: &on_word_of, operation: operation.as_ref() };
        if running && matches!(from, ProjectStatus::Stopped | ProjectStatus::Failed) {
            journey.go(from, StatusChange::to(ProjectStatus::Provisioning)).await?;
            from = ProjectStatus::Provisioning;
        }
        let change = StatusChange {
            status,
            reached: Some(project.generation),
            deployed: running.then(|| project.schema_ref.commit().clone()),
            problem: None,
        };
        journey.go(from, change).await?;
    }
    if let Some(operation) = operation {
        inner.reports().over(operation.id, OperationStatus::Succeeded, None).await?;
    }
    let health = Health::of(&inner.present(record.clone()));
    tracing::debug!(project.id = %project.id, %health, "settled");
    Ok(())
}

/// Work that nobody opened an operation for: a difference found by looking, or a row edited by SQL. `None` when somebody
/// asked for something else meanwhile: their operation must not be superseded by what was seen before it.
async fn open(inner: &Inner, record: &ProjectRecord, steps: &[Step], due: bool) -> Result<Option<Operation>> {
    let project = &record.project;
    let mut change = inner.registry.change(&OpContext::platform(unasked(due))).await?;
    let now = change.lock_project(&project.id).await?;
    if now.is_none_or(|now| now.project.generation != project.generation) {
        return Ok(None);
    }
    let new = NewOperation {
        project: &project.id,
        kind: OperationKind::Converge,
        generation: project.generation,
        steps: &steps.iter().copied().map(PlannedStep::from).collect::<Vec<_>>(),
        idempotency_key: None,
    };
    let operation = change.open_operation(&new).await?;
    let detail = serde_json::json!({"operation": operation.id, "steps": steps});
    change
        .commit(Event { project: Some(&project.id), action: OperationKind::Converge.into(), detail })
        .await?;
    Ok(Some(operation))
}

/// On whose word work is done that nobody opened an operation for.
const fn unasked(due: bool) -> Actor {
    if due { Actor::Registry } else { Actor::Reconciler }
}

/// Moving along the lifecycle.
struct Journey<'a> {
    inner: &'a Inner,
    id: &'a ProjectId,
    actor: &'a Actor,
    operation: Option<&'a Operation>,
}

impl Journey<'_> {
    /// Writes where the project stands now. The event is `status` where that moved, `reached` where only what was asked
    /// for is there now.
    async fn go(&self, from: ProjectStatus, to: StatusChange) -> Result<()> {
        let mut change = self.inner.registry.change(&OpContext::platform(self.actor.clone())).await?;
        change.set_status(self.id, &to).await?;
        let detail = serde_json::json!({
            "from": from, "to": to.status, "generation": to.reached,
            "operation": self.operation.map(|operation| operation.id),
            "problem": to.problem.as_ref().map(|problem| &problem.title),
        });
        let action = EventAction::Other(if from == to.status { "reached" } else { "status" });
        Ok(change.commit(Event { project: Some(self.id), action, detail }).await?)
    }
}

struct Work<'a> {
    inner: &'a Arc<Inner>,
    record: ProjectRecord,
    operation: Operation,
    due: bool,
}

impl Work<'_> {
    #[tracing::instrument(
        name = "operation", skip_all,
        fields(project.id = %self.record.project.id, operation.id = %self.operation.id)
    )]
    async fn execute(&mut self, steps: &[Step], attempts: &mut Attempts) -> Result<Outcome> {
        let (reports, id) = (self.inner.reports(), self.operation.id);
        if attempts.exhausted(self.record.project.limits.restarts) {
            return self.give_up(steps).await;
        }
        attempts.begin(Instant::now());
        let planned: Vec<PlannedStep> = steps.iter().copied().map(PlannedStep::from).collect();
        let ordinals = reports.begun(id, &planned).await?;
        self.leave_rest(steps).await?;
        let context = OpContext::platform(self.operation.actor.clone());
        let mut provisioner = Provisioner::new(self.inner, &context, self.operation.id, self.record.clone());
        for (step, ordinal) in steps.iter().zip(ordinals) {
            reports.step_begun(id, ordinal).await?;
            match provisioner.step(ordinal, *step).await {
                Ok(note) => reports.step(id, ordinal, StepStatus::Done, note.as_deref()).await?,
                Err(error) => return self.stumble((ordinal, *step), &error, attempts).await,
            }
            reports.further(id).await?;
        }
        Ok(Outcome::Again(Duration::ZERO))
    }

    /// A project at rest that is to run is `provisioning` from the first step on; so is a running one whose instance
    /// is replaced because somebody asked for it.
    async fn leave_rest(&mut self, steps: &[Step]) -> Result<()> {
        let replaces = self.due && steps.contains(&Step::EnsureInstance);
        let leaves = match self.record.project.status {
            ProjectStatus::Provisioning => false,
            ProjectStatus::Running => replaces,
            ProjectStatus::Stopped | ProjectStatus::Failed => true,
        };
        if leaves && self.record.project.desired_state == DesiredState::Running {
            self.go(StatusChange::to(ProjectStatus::Provisioning)).await?;
            self.record.project.status = ProjectStatus::Provisioning;
        }
        Ok(())
    }

    /// A step failed. A part that is away is waited for; a repair is tried again, up to a limit; anything else ends
    /// the operation.
    async fn stumble(
        &self,
        (ordinal, step): (i32, Step),
        error: &Error,
        attempts: &mut Attempts,
    ) -> Result<Outcome> {
        let mut problem = error.problem();
        let (reports, id) = (self.inner.reports(), self.operation.id);
        tracing::warn!(%step, error = %crate::chain(error), "step failed");
        let again = Outcome::Again(attempts.pause(Instant::now()).unwrap_or(BLIND));
        if error.is_transient() {
            attempts.excuse();
            reports.waiting(id, Some((ordinal, &problem.detail)), &problem).await?;
            return Ok(again);
        }
        if !self.due && !attempts.exhausted(self.record.project.limits.restarts) {
            let note =
                format!("{} Try {} failed; it is tried again by itself.", problem.detail, attempts.count());
            reports.waiting(id, Some((ordinal, &note)), &problem).await?;
            return Ok(again);
        }
        problem.operation = Some(id);
        reports.step(id, ordinal, StepStatus::Failed, Some(&problem.title)).await?;
        self.fail(problem).await?;
        Ok(Outcome::Settled)
    }

    /// Every step went well each time, and each time it did not last.
    async fn give_up(&self, steps: &[Step]) -> Result<Outcome> {
        let context = OpContext::platform(self.operation.actor.clone());
        let provisioner = Provisioner::new(self.inner, &context, self.operation.id, self.record.clone());
        let mut problem = provisioner.does_not_last(steps).await;
        problem.operation = Some(self.operation.id);
        self.fail(problem).await?;
        Ok(Outcome::Settled)
    }

    async fn fail(&self, problem: Problem) -> Result<()> {
        let change = StatusChange {
            status: ProjectStatus::Failed,
            reached: Some(self.record.project.generation),
            deployed: None,
            problem: Some(problem.clone()),
        };
        self.go(change).await?;
        self.inner.reports().over(self.operation.id, OperationStatus::Failed, Some(&problem)).await?;
        Ok(())
    }

    async fn go(&self, to: StatusChange) -> Result<()> {
        let (id, actor) = (&self.record.project.id, &self.operation.actor);
        let journey = Journey { inner: self.inner, id, actor, operation: Some(&self.operation) };
        journey.go(self.record.project.status, to).await
    }
}
