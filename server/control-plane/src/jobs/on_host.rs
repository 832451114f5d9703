//! Jobs that a command on the host runs itself, because they need the control plane stopped.
//!
//! The command holds the engine lock. Its job is followed like any other. When the command is interrupted, the job waits, and
//! the same command goes on with it.

use std::future::Future;
use std::time::{Duration, Instant};

use model::{
    Action, Operation, OperationKind, OperationStatus, PlannedStep, Problem, ProblemKind, Progress, Step,
    StepStatus,
};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::registry::{Ending, Event, Exclusive, NewJob, Registry, RegistryError};
use crate::{OpContext, Result};

/// Between two writes of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// What a job of a command reports while it works.
#[derive(Debug, Clone)]
pub(crate) enum Update {
    /// The step at this place begins; all before it are done. With what the last one that was begun made, in a sentence.
    Begins(i32, Option<String>),
    /// How far it is.
    Progress(Progress),
}

/// What is asked of a command.
pub(crate) struct HostJob<'a> {
    pub(crate) registry: &'a Registry,
    /// The term of the engine lock that the command holds.
    pub(crate) term: i64,
    pub(crate) kind: OperationKind,
    /// The same input is the same job.
    pub(crate) input: Value,
    pub(crate) steps: Vec<Step>,
    /// What the caller does.
    pub(crate) action: Action,
}

impl HostJob<'_> {
    /// Opens the job, or takes the one that an interrupted command left, and does the work. It ends with the outcome.
    pub(crate) async fn run<T, F>(
        &self,
        op: &OpContext,
        work: impl FnOnce(UnboundedSender<Update>) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let job = self.begin(op).await?;
        let (sender, updates) = unbounded_channel();
        let (outcome, reported) = tokio::join!(work(sender), self.report(&job, updates));
        let problem = outcome.as_ref().err().map(crate::Error::problem);
        let status = if problem.is_some() { OperationStatus::Failed } else { OperationStatus::Succeeded };
        let reports = self.registry.reports(self.term);
        for record in job.steps.iter().filter(|record| problem.is_none() && record.ordinal >= reported) {
            reports.step(job.id, record.ordinal, StepStatus::Done, None).await?;
        }
        let ending = Ending { id: job.id, status, problem: problem.as_ref(), failed_at: None };
        reports.end_job(&ending).await?;
        outcome
    }

    async fn begin(&self, op: &OpContext) -> Result<Operation> {
        let reports = self.registry.reports(self.term);
        reports.end_other_host_jobs(self.kind, &self.input, &another_was_begun()).await?;
        if let Some(left) = reports.take_host_job(self.kind, &self.input).await? {
            return Ok(left);
        }
        let steps: Vec<PlannedStep> = self.steps.iter().copied().map(PlannedStep::from).collect();
        let new = NewJob {
            project: None,
            kind: self.kind,
            input: self.input.clone(),
            steps: &steps,
            exclusive: Exclusive::No,
            database_server: None,
            idempotency_key: None,
        };
        let mut change = self.registry.change(op).await?;
        let job = change.open_job(&new).await?;
        let detail = serde_json::json!({"operation": job.id, "input": self.input});
        change.commit(Event { project: None, action: self.action.into(), detail }).await?;
        Ok(reports.take_host_job(self.kind, &self.input).await?.unwrap_or(job))
    }

    /// Writes what is reported until nothing more comes; returns the place of the step that is under way then. A report that
    /// is not written is lost, and the work goes on.
    async fn report(&self, job: &Operation, mut updates: UnboundedReceiver<Update>) -> i32 {
        let reports = self.registry.reports(self.term);
        let (mut current, mut written) = (1, Instant::now());
        let lost = |error: RegistryError| tracing::warn!(operation.id = %job.id, error = %crate::chain(&error), "reporting a job");
        reports.step_begun(job.id, current).await.unwrap_or_else(lost);
        while let Some(update) = updates.recv().await {
            match update {
                Update::Progress(now)
                    if now.total == Some(now.done) || written.elapsed() >= PROGRESS_EVERY =>
                {
                    reports.job_progress(job.id, &now).await.unwrap_or_else(lost);
                    written = Instant::now();
                }
                Update::Progress(_) => {}
                Update::Begins(next, note) => {
                    for done in current..next {
                        let note = note.as_deref().filter(|_| done == current);
                        reports.step(job.id, done, StepStatus::Done, note).await.unwrap_or_else(lost);
                    }
                    reports.step_begun(job.id, next).await.unwrap_or_else(lost);
                    current = next;
                }
            }
        }
        current
    }
}

fn another_was_begun() -> Problem {
    let detail = "The command was interrupted, and another was run instead. What it had done stays.";
    Problem::new(ProblemKind::Refused, "Another command was run", detail)
}
