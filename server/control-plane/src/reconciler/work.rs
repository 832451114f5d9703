//! Executes the steps of one plan, and handles a step that fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{
    DesiredState, Difference, InstanceDifference, Operation, PlannedStep, Problem, ProjectStatus, Step,
    StepStatus,
};
use tokio_util::sync::CancellationToken;

use super::attempts::Attempts;
use super::outcome::{BLIND, Outcome};
use super::status::StatusWriter;
use crate::permits::Priority;
use crate::provisioner::Provisioner;
use crate::registry::StatusChange;
use crate::target::ReconcileTarget;
use crate::{Error, Inner, OpContext, Result};

/// One plan of one operation.
pub(super) struct Work<'a> {
    pub(super) inner: &'a Arc<Inner>,
    pub(super) target: ReconcileTarget,
    pub(super) operation: Operation,
    pub(super) differences: Vec<Difference>,
    pub(super) cancel: &'a CancellationToken,
}

/// A step that failed.
struct StepFailure<'a> {
    ordinal: i32,
    step: Step,
    error: &'a Error,
}

impl Work<'_> {
    /// Executes the steps. Each can be repeated after a crash at any point.
    #[tracing::instrument(
        name = "operation", skip_all,
        fields(project.id = %self.target.record.project.id, operation.id = %self.operation.id)
    )]
    pub(super) async fn execute(mut self, steps: &[PlannedStep], attempts: &mut Attempts) -> Result<Outcome> {
        if attempts.exhausted(self.target.record.project.limits.restarts) {
            return self.give_up(steps, attempts).await;
        }
        attempts.begin(Instant::now(), steps.iter().any(|planned| planned.step == Step::EnsureInstance));
        let outcome = self.attempt(steps, attempts).await;
        if matches!(outcome, Err(Error::Registry(_) | Error::Replan)) {
            attempts.excuse(); // not caused by the project
        }
        attempts.ended(Instant::now());
        outcome
    }

    async fn attempt(&mut self, steps: &[PlannedStep], attempts: &mut Attempts) -> Result<Outcome> {
        let (reports, id) = (self.inner.registry.reports(self.inner.term), self.operation.id);
        let stumbled =
            self.operation.steps.iter().find(|it| it.status == StepStatus::Waiting && it.attempts > 0);
        let stumbled = stumbled.map(|record| record.step);
        let _plan = self.inner.acts.begin(&self.target.record.project.id, self.cancel).await;
        let context = OpContext::platform(self.operation.actor.clone());
        Provisioner::new(self.inner, &context, id, &self.target).reload().await?;
        let ordinals = reports.begun(id, steps).await?;
        self.leave_rest(steps).await?;
        let mut provisioner =
            Provisioner::new(self.inner, &context, id, &self.target).with(self.priority(), self.cancel);
        for (step, ordinal) in steps.iter().map(|planned| planned.step).zip(ordinals) {
            reports.step_begun(id, ordinal).await?;
            match provisioner.step(ordinal, step).await {
                Ok(note) => reports.step(id, ordinal, StepStatus::Done, note.as_deref()).await?,
                Err(Error::Replan) => {
                    reports.step(id, ordinal, StepStatus::Waiting, None).await?;
                    return Err(Error::Replan);
                }
                Err(error) => {
                    return self.stumble(&StepFailure { ordinal, step, error: &error }, attempts).await;
                }
            }
            if stumbled == Some(step) {
                reports.further(id).await?;
            }
        }
        Ok(Outcome::Again(Duration::ZERO))
    }

    /// Work on an instance that has ended or hangs is urgent, independent of the actor.
    fn priority(&self) -> Priority {
        let urgent = |it: &Difference| {
            matches!(it, Difference::Instance(InstanceDifference::Ended(_) | InstanceDifference::Hangs))
        };
        if self.differences.iter().any(urgent) {
            Priority::Urgent
        } else {
            Priority::of(&self.operation.actor)
        }
    }

    /// Sets the status `provisioning` before the first step: of a project that is stopped or failed and shall run, and of a
    /// running one whose instance is replaced by a command. A project that returns to its running revision stays `failed`.
    async fn leave_rest(&mut self, steps: &[PlannedStep]) -> Result<()> {
        let project = &self.target.record.project;
        let starts = steps.iter().any(|planned| planned.step == Step::EnsureInstance);
        let leaves = match project.status {
            ProjectStatus::Provisioning => false,
            ProjectStatus::Running => self.target.due && starts,
            ProjectStatus::Failed => self.target.due && !self.target.returned,
            ProjectStatus::Stopped => true,
        };
        if leaves && project.desired_state == DesiredState::Running {
            let writer = self.writer();
            writer.pass(project.status, ProjectStatus::Provisioning, self.operation.id).await?;
            self.target.record.project.status = ProjectStatus::Provisioning;
        }
        Ok(())
    }

    /// Handles a step that failed. If a part is unavailable, the operation waits for it; work that no operator requested is
    /// retried up to the limit of attempts; everything else ends the operation.
    async fn stumble(&self, failed: &StepFailure<'_>, attempts: &mut Attempts) -> Result<Outcome> {
        let StepFailure { ordinal, step, error } = failed;
        let mut problem = error.problem();
        let (reports, id) = (self.inner.registry.reports(self.inner.term), self.operation.id);
        let project = &self.target.record.project;
        tracing::warn!(
            project.id = %project.id, operation.id = %id, %step, error = %crate::chain(*error), "step failed"
        );
        attempts.ended(Instant::now());
        let again = Outcome::Again(attempts.pause(Instant::now()).unwrap_or(BLIND));
        if error.is_transient() {
            attempts.excuse();
            reports.waiting(id, Some((*ordinal, &problem.detail)), &problem).await?;
            return Ok(again);
        }
        problem.operation = Some(id);
        if error.is_unreached() {
            return self.unreached(problem, *ordinal, attempts).await;
        }
        if !self.target.due && !attempts.exhausted(project.limits.restarts) {
            let count = attempts.count();
            let note = format!("{} Attempt {count} failed; another one follows.", problem.detail);
            reports.waiting(id, Some((*ordinal, &note)), &problem).await?;
            return Ok(again);
        }
        if let Some(tries) = attempts.text(Instant::now()) {
            problem.detail = format!("{} It failed after {tries}.", problem.detail);
        }
        self.fail(problem, Some(*ordinal), attempts).await
    }

    /// Ends the operation because the attempts are used up: every attempt succeeded, and the instance ended again each time.
    async fn give_up(&self, steps: &[PlannedStep], attempts: &mut Attempts) -> Result<Outcome> {
        let context = OpContext::platform(self.operation.actor.clone());
        let provisioner = Provisioner::new(self.inner, &context, self.operation.id, &self.target);
        let steps: Vec<Step> = steps.iter().map(|planned| planned.step).collect();
        let mut problem = provisioner.does_not_last(&steps, &attempts.tally(Instant::now())).await;
        problem.operation = Some(self.operation.id);
        self.fail(problem, None, attempts).await
    }

    /// Ends the operation as failed, and the project as running with a problem: the instance is ready, but no request through
    /// the gateway succeeded.
    async fn unreached(&self, problem: Problem, at: i32, attempts: &mut Attempts) -> Result<Outcome> {
        let project = &self.target.record.project;
        let change = StatusChange {
            status: ProjectStatus::Running,
            reached: Some(project.generation),
            deployed: Some(project.schema_ref.commit().clone()),
            problem: Some(problem),
        };
        self.writer().end(project.status, change, Some(self.operation.id), Some(at)).await?;
        Ok(self.rest(&[Difference::Unverified], attempts))
    }

    async fn fail(&self, problem: Problem, at: Option<i32>, attempts: &mut Attempts) -> Result<Outcome> {
        let project = &self.target.record.project;
        let change = StatusChange {
            status: ProjectStatus::Failed,
            reached: Some(project.generation),
            deployed: None,
            problem: Some(problem),
        };
        self.writer().end(project.status, change, Some(self.operation.id), at).await?;
        let record = &self.target.record;
        let returns = record.running.as_ref().is_some_and(|running| running.content != record.content());
        if returns {
            attempts.forget();
            return Ok(Outcome::Again(Duration::ZERO));
        }
        Ok(self.rest(&self.differences, attempts))
    }

    /// Schedules the next attempt on these differences after a long pause; others are acted on at once.
    fn rest(&self, differences: &[Difference], attempts: &mut Attempts) -> Outcome {
        let pause = self.inner.settings.failed_retry;
        let now = Instant::now();
        attempts.rest(differences, now, pause);
        let report = attempts.report(now, Some(pause));
        self.inner.observations.set_attempts(&self.target.record.project.id, report);
        Outcome::Again(pause)
    }

    fn writer(&self) -> StatusWriter<'_> {
        StatusWriter { inner: self.inner, id: &self.target.record.project.id, actor: &self.operation.actor }
    }
}
