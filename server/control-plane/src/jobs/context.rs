//! What a running job has: its input, its steps, its progress, and the request to end.

use std::future::Future;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};

use model::{Operation, Problem, ProblemKind, Progress, StepStatus};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{Error, Inner, OpContext, Ports, Result};

/// Reason a job is to end before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// An operator cancelled it.
    Cancelled,
    /// The control plane is stopping; the next one goes on with it.
    Stopping,
    /// Another control plane works on it now, or it was ended.
    Lost,
}

/// What the runner and a running job share.
#[derive(Debug, Default)]
pub(super) struct Signals {
    pub(super) interrupted: CancellationToken,
    reason: OnceLock<Reason>,
    pub(super) progress: watch::Sender<Option<Progress>>,
    step: AtomicI32,
}

impl Signals {
    /// Asks the job to end. The first reason counts.
    pub(super) fn interrupt(&self, reason: Reason) {
        let _ = self.reason.set(reason);
        self.interrupted.cancel();
    }

    /// Reason the job was asked to end, if it was.
    pub(super) fn reason(&self) -> Option<Reason> {
        self.reason.get().copied()
    }

    /// The step that was begun last, by its place.
    pub(super) fn step(&self) -> Option<i32> {
        Some(self.step.load(Ordering::Relaxed)).filter(|ordinal| *ordinal > 0)
    }
}

/// A job that runs.
pub struct JobContext<I> {
    pub(crate) inner: Arc<Inner>,
    operation: Operation,
    input: I,
    op: OpContext,
    signals: Arc<Signals>,
}

impl<I> JobContext<I> {
    pub(super) fn new(inner: Arc<Inner>, operation: Operation, input: I, signals: Arc<Signals>) -> Self {
        let op = OpContext::platform(operation.actor.clone());
        Self { inner, operation, input, op, signals }
    }

    /// The operation as it was taken.
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// What it works on.
    pub const fn input(&self) -> &I {
        &self.input
    }

    /// On whose request, for changes that the job makes.
    pub const fn op(&self) -> &OpContext {
        &self.op
    }

    /// The parts of the fleet.
    pub fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    /// Becomes cancelled when the job is to end early: an operator cancelled it, or the control plane stops.
    pub fn interrupted(&self) -> &CancellationToken {
        &self.signals.interrupted
    }

    /// Fails when the job is to end early.
    pub fn check(&self) -> Result<()> {
        if self.signals.interrupted.is_cancelled() { Err(Error::Interrupted) } else { Ok(()) }
    }

    /// Says how far the job is, as often as it likes: it is written at most twice a second, and a write that fails is lost.
    pub fn progress(&self, progress: Progress) {
        self.signals.progress.send_replace(Some(progress));
    }

    /// Merges these members into the job's input, for its next attempt and for [`JobContext::remembered`].
    pub async fn remember(&self, members: &serde_json::Value) -> Result<()> {
        Ok(self.inner.registry.reports(self.inner.term).job_remembers(self.operation.id, members).await?)
    }

    /// The input with everything that this and earlier attempts have remembered.
    pub async fn remembered(&self) -> Result<I>
    where
        I: serde::de::DeserializeOwned,
    {
        let input = self.inner.registry.reports(self.inner.term).job_input(self.operation.id).await?;
        serde_json::from_value(input).map_err(|error| {
            let detail = format!("What the job remembers cannot be read: {error}.");
            Problem::new(ProblemKind::Internal, "The job cannot be read", detail).into()
        })
    }

    /// From now on the job is not cancelled any more. Fails with [`Error::Interrupted`] where an operator has requested it before.
    pub async fn commit(&self) -> Result<()> {
        self.check()?;
        let committed = self.inner.registry.reports(self.inner.term).job_committed(self.operation.id).await?;
        if committed { Ok(()) } else { Err(Error::Interrupted) }
    }

    /// Does the step at this place, unless an earlier attempt has done it. `work` returns what was made, in a sentence.
    pub async fn step<F>(&self, ordinal: i32, work: F) -> Result<()>
    where
        F: Future<Output = Result<Option<String>>> + Send,
    {
        let known = self.operation.steps.iter().find(|record| record.ordinal == ordinal);
        if known.is_some_and(|record| record.status == StepStatus::Done) {
            return Ok(());
        }
        self.check()?;
        let (reports, id) = (self.inner.registry.reports(self.inner.term), self.operation.id);
        self.signals.step.store(ordinal, Ordering::Relaxed);
        reports.step_begun(id, ordinal).await?;
        let note = work.await?;
        Ok(reports.step(id, ordinal, StepStatus::Done, note.as_deref()).await?)
    }
}
