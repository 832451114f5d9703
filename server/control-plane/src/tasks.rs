//! Background tasks: each with a period and a deadline, one loop each, so that a part that hangs delays no other.
//!
//! A run that fails, hangs or panics is ended, logged and shown under System; the task goes on with its next run.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::Result;

/// What a task is.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// What it looks after, as System shows it.
    pub(crate) name: String,
    /// The pause between two runs.
    pub(crate) period: Duration,
    /// A run that takes longer is ended.
    pub(crate) deadline: Duration,
}

impl Plan {
    pub(crate) fn new(name: impl Into<String>, period: Duration, deadline: Duration) -> Self {
        Self { name: name.into(), period, deadline }
    }
}

/// All tasks of this process and how their last runs went.
#[derive(Debug, Default)]
pub(crate) struct Tasks(watch::Sender<BTreeMap<String, Record>>);

#[derive(Debug, Clone)]
struct Record {
    plan: Plan,
    started: Option<(Instant, OffsetDateTime)>,
    /// When the task was first begun.
    since: Instant,
    /// When the last finished run ended.
    ended: Option<Instant>,
    /// When the last run that succeeded ended.
    succeeded: Option<Instant>,
    running: bool,
    duration: Option<Duration>,
    problem: Option<String>,
}

impl Tasks {
    /// Every task, by name.
    pub(crate) fn list(&self) -> Vec<model::Task> {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let task = |record: &Record| model::Task {
            name: record.plan.name.clone(),
            period_ms: millis(record.plan.period),
            deadline_ms: millis(record.plan.deadline),
            started_at: record.started.map(|(_, at)| at),
            running: record.running,
            duration_ms: record.duration.map(millis),
            problem: record.problem.clone(),
        };
        self.0.borrow().values().map(task).collect()
    }

    /// How long ago the last finished run of a task ended, whatever its outcome; `None` where none has.
    pub(crate) fn since_end(&self, name: &str) -> Option<Duration> {
        self.0.borrow().get(name)?.ended.map(|ended| ended.elapsed())
    }

    /// How long ago the last run that succeeded ended, or the task was begun, and why the last one failed.
    pub(crate) fn since_success(&self, name: &str) -> Option<(Duration, Option<String>)> {
        let tasks = self.0.borrow();
        let record = tasks.get(name)?;
        Some((record.succeeded.unwrap_or(record.since).elapsed(), record.problem.clone()))
    }

    /// Returns when each of these tasks has finished a run.
    pub(crate) async fn ran(&self, names: &[String]) {
        let mut tasks = self.0.subscribe();
        let all = |tasks: &BTreeMap<String, Record>| {
            names.iter().all(|name| tasks.get(name).is_some_and(|record| record.ended.is_some()))
        };
        let _ = tasks.wait_for(all).await;
    }

    /// A run begins.
    pub(crate) fn begin(&self, plan: &Plan) {
        self.0.send_modify(|tasks| {
            let record = tasks.entry(plan.name.clone()).or_insert_with(|| Record::of(plan));
            record.started = Some((Instant::now(), OffsetDateTime::now_utc()));
            record.running = true;
        });
    }

    /// The run that began last is over.
    pub(crate) fn end(&self, plan: &Plan, outcome: Result<(), String>) {
        self.0.send_modify(|tasks| {
            let Some(record) = tasks.get_mut(&plan.name) else { return };
            record.running = false;
            record.ended = Some(Instant::now());
            record.duration = record.started.map(|(started, _)| started.elapsed());
            record.succeeded = outcome.is_ok().then_some(Instant::now()).or(record.succeeded);
            record.problem = outcome.err();
        });
    }

    /// The task runs no more.
    fn stop(&self, plan: &Plan) {
        self.0.send_modify(|tasks| {
            tasks.remove(&plan.name);
        });
    }

    /// Runs `act` once a period until `stop`.
    pub(crate) async fn keep<F>(&self, plan: Plan, stop: &CancellationToken, mut act: impl FnMut() -> F)
    where
        F: Future<Output = Result<()>>,
    {
        loop {
            self.begin(&plan);
            let outcome = tokio::select! {
                outcome = attempt(plan.deadline, act()) => outcome,
                () = stop.cancelled() => break,
            };
            if let Err(reason) = &outcome {
                tracing::warn!(task = plan.name, reason, "the task {} failed: {reason}", plan.name);
            }
            self.end(&plan, outcome);
            tokio::select! {
                () = tokio::time::sleep(plan.period) => {}
                () = stop.cancelled() => break,
            }
        }
        self.stop(&plan);
    }
}

impl Record {
    fn of(plan: &Plan) -> Self {
        let (since, plan) = (Instant::now(), plan.clone());
        let (started, ended, succeeded, duration, problem) = (None, None, None, None, None);
        Self { plan, started, since, ended, succeeded, running: false, duration, problem }
    }
}

/// One run, or why it came to nothing.
async fn attempt(deadline: Duration, run: impl Future<Output = Result<()>>) -> Result<(), String> {
    match tokio::time::timeout(deadline, AssertUnwindSafe(run).catch_unwind()).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => Err(crate::chain(&error)),
        Ok(Err(panic)) => Err(format!("it panicked: {}", text(&*panic))),
        Err(_) => Err(format!("it was not done within {} s", deadline.as_secs_f32())),
    }
}

/// What a panic says.
pub(crate) fn text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no reason was given")
}

#[cfg(test)]
mod tests;
