//! One job from its taking to its end, or to where it has to wait.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use model::{OperationStatus, Problem, ProblemKind, StepRecord};
use tokio::sync::watch;

use super::context::{Reason, Signals};
use super::kind::AnyJob;
use super::{Resume, programs};
use crate::registry::{Ending, JobClaim, RegistryError};
use crate::{Error, Inner, Result};

/// How long a job that was asked to end may take to do so. Then its future is dropped.
pub(super) const GRACE: Duration = Duration::from_secs(10);
/// Between two writes of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);
/// The longest pause between two attempts of a job that waits for an unreachable part.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What is reported after an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Report {
    Succeeded,
    Failed(Problem),
    Cancelled,
    /// It waits for an unreachable part and is tried again.
    Waits(Problem),
    /// The next control plane goes on with it.
    Released,
    /// Nothing is written: another holder has the job.
    Nothing,
}

/// Runs a job that was taken, and reports what became of it. Returns early only where the registry cannot be reached while
/// the control plane stops.
pub(super) async fn attempt(inner: &Arc<Inner>, kind: &dyn AnyJob, taken: JobClaim, signals: &Arc<Signals>) {
    let id = taken.operation.id;
    programs::end(inner, id).await; // those of an earlier attempt
    let resume = kind.resume(&taken.input);
    let resumes = matches!(resume, Ok(Resume::Resume));
    let outcome = match resume {
        Err(error) => Some(Err(error)),
        Ok(Resume::Fail) if taken.interrupted => Some(Err(interrupted().into())),
        Ok(_) => run(inner, kind, &taken, signals).await,
    };
    if let Some(Err(error)) = &outcome
        && !matches!(error, Error::Interrupted)
    {
        tracing::warn!(operation.id = %id, kind = %kind.kind(), error = %crate::chain(error), "job");
    }
    let report = conclude(outcome, signals.reason(), resumes);
    if report != Report::Nothing {
        programs::end(inner, id).await;
    }
    let pause = pause(&taken.operation.steps);
    while let Err(error) = write(inner, &taken, signals, &report, pause).await {
        tracing::warn!(operation.id = %id, error = %crate::chain(&error), "reporting a job");
        if !error.is_transient() || signals.reason().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// `None` where the job did not end within its grace after it was asked to.
async fn run(
    inner: &Arc<Inner>,
    kind: &dyn AnyJob,
    taken: &JobClaim,
    signals: &Arc<Signals>,
) -> Option<Result<()>> {
    let running = AssertUnwindSafe(kind.run(inner, taken, signals)).catch_unwind();
    let overdue = async {
        signals.interrupted.cancelled().await;
        if signals.reason() != Some(Reason::Lost) {
            tokio::time::sleep(GRACE).await;
        }
    };
    tokio::select! {
        outcome = running => Some(outcome.unwrap_or_else(|_panic| Err(panicked().into()))),
        () = overdue => None,
        () = write_progress(inner, taken, signals.progress.subscribe()) => None,
    }
}

/// Writes progress as it moves, never returning. A write that fails is made good by the next.
async fn write_progress(
    inner: &Inner,
    taken: &JobClaim,
    mut progress: watch::Receiver<Option<model::Progress>>,
) {
    while progress.changed().await.is_ok() {
        let now = progress.borrow_and_update().clone();
        if let Some(now) = now
            && let Err(error) =
                inner.registry.reports(inner.term).job_progress(taken.operation.id, &now).await
        {
            tracing::debug!(error = %crate::chain(&error), "progress of a job");
        }
        tokio::time::sleep(PROGRESS_EVERY).await;
    }
    std::future::pending::<()>().await;
}

/// What is reported after this outcome; `None` is a job that did not end when it was asked to.
fn conclude(outcome: Option<Result<()>>, reason: Option<Reason>, resumes: bool) -> Report {
    match (outcome, reason) {
        (_, Some(Reason::Lost)) => Report::Nothing,
        (Some(Ok(())), _) => Report::Succeeded,
        (_, Some(Reason::Cancelled)) => Report::Cancelled,
        (None | Some(Err(Error::Interrupted)), _) => Report::Released,
        (Some(Err(error)), Some(Reason::Stopping)) if error.is_transient() => Report::Released,
        (Some(Err(error)), _) if error.is_transient() && resumes => Report::Waits(error.problem()),
        (Some(Err(error)), _) => Report::Failed(error.problem()),
    }
}

/// The pause before a waiting job is tried again: 2^n s, at most 60 s, where n is the largest attempt count of its steps
/// when it was taken.
fn pause(steps: &[StepRecord]) -> Duration {
    let attempts = steps.iter().map(|record| record.attempts).max().unwrap_or_default();
    let seconds = 2_u64.saturating_pow(u32::try_from(attempts).unwrap_or_default().min(6));
    Duration::from_secs(seconds).min(LONGEST_PAUSE)
}

async fn write(
    inner: &Inner,
    taken: &JobClaim,
    signals: &Signals,
    report: &Report,
    pause: Duration,
) -> Result<(), RegistryError> {
    let (reports, id) = (inner.registry.reports(inner.term), taken.operation.id);
    let last = signals.progress.borrow().clone();
    if let Some(progress) = last {
        reports.job_progress(id, &progress).await?;
    }
    let (status, problem) = match report {
        Report::Succeeded => (OperationStatus::Succeeded, None),
        Report::Failed(problem) => (OperationStatus::Failed, Some(problem)),
        Report::Cancelled => (OperationStatus::Cancelled, None),
        Report::Waits(problem) => return reports.job_waits(id, problem, pause).await,
        Report::Released => return reports.release_job(id).await,
        Report::Nothing => return Ok(()),
    };
    let problem = problem.map(|problem| Problem { operation: Some(id), ..problem.clone() });
    let failed_at = signals.step().filter(|_| status == OperationStatus::Failed);
    reports.end_job(&Ending { id, status, problem: problem.as_ref(), failed_at }).await
}

fn interrupted() -> Problem {
    let detail = "The control plane ended while this job ran, and a job of this kind cannot go on where it was. Steps that are \
                  done stay. Ask for it again.";
    Problem::new(ProblemKind::Refused, "The control plane ended meanwhile", detail)
}

fn panicked() -> Problem {
    let detail = "The job ended by a fault of the program. Steps that are done stay. The control plane's log says more.";
    Problem::new(ProblemKind::Internal, "Internal error", detail)
}

#[cfg(test)]
mod tests;
