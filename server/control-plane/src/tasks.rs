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

/// Time in which several reasons for a run become one.
const SETTLE: Duration = Duration::from_millis(50);

/// What a task is.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    /// What it looks after, as System shows it.
    pub(crate) name: String,
    /// The pause between two runs.
    pub(crate) period: Duration,
    /// A run that takes longer is ended.
    pub(crate) deadline: Duration,
}

impl Schedule {
    pub(crate) fn new(name: impl Into<String>, period: Duration, deadline: Duration) -> Self {
        Self { name: name.into(), period, deadline }
    }
}

/// Why a run has no result: it panicked, or its deadline passed.
#[derive(Debug)]
pub(crate) struct Unfinished(pub(crate) String);

/// All tasks of this process and how their last runs went.
#[derive(Debug, Default)]
pub(crate) struct Tasks(watch::Sender<BTreeMap<String, Record>>);

#[derive(Debug, Clone)]
struct Record {
    schedule: Schedule,
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
            name: record.schedule.name.clone(),
            period_ms: millis(record.schedule.period),
            deadline_ms: millis(record.schedule.deadline),
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

    /// One run, recorded and logged.
    pub(crate) async fn once<T>(
        &self,
        schedule: &Schedule,
        run: impl Future<Output = Result<T>>,
    ) -> Result<Result<T>, Unfinished> {
        self.begin(schedule);
        let outcome = attempt(schedule.deadline, run).await;
        let recorded = match &outcome {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(crate::chain(error)),
            Err(Unfinished(reason)) => Err(reason.clone()),
        };
        if let Err(reason) = &recorded {
            tracing::warn!(task = schedule.name, reason, "the task {} failed: {reason}", schedule.name);
        }
        self.end(schedule, recorded);
        outcome
    }

    /// A run begins.
    fn begin(&self, schedule: &Schedule) {
        self.0.send_modify(|tasks| {
            let record = tasks.entry(schedule.name.clone()).or_insert_with(|| Record::of(schedule));
            record.started = Some((Instant::now(), OffsetDateTime::now_utc()));
            record.running = true;
        });
    }

    /// The run that began last is over.
    fn end(&self, schedule: &Schedule, outcome: Result<(), String>) {
        self.0.send_modify(|tasks| {
            let Some(record) = tasks.get_mut(&schedule.name) else { return };
            record.running = false;
            record.ended = Some(Instant::now());
            record.duration = record.started.map(|(started, _)| started.elapsed());
            record.succeeded = outcome.is_ok().then_some(Instant::now()).or(record.succeeded);
            record.problem = outcome.err();
        });
    }

    /// The task runs no more.
    fn stop(&self, schedule: &Schedule) {
        self.0.send_modify(|tasks| {
            tasks.remove(&schedule.name);
        });
    }

    /// Runs `act` once a period until `stop`.
    pub(crate) async fn keep<F>(&self, schedule: Schedule, stop: &CancellationToken, act: impl FnMut() -> F)
    where
        F: Future<Output = Result<()>>,
    {
        self.keep_woken(schedule, stop, std::future::pending, act).await;
    }

    /// Runs `act` once a period, and when `woken` returns, until `stop`.
    pub(crate) async fn keep_woken<F, W>(
        &self,
        schedule: Schedule,
        stop: &CancellationToken,
        woken: impl Fn() -> W,
        mut act: impl FnMut() -> F,
    ) where
        F: Future<Output = Result<()>>,
        W: Future<Output = ()>,
    {
        loop {
            tokio::select! {
                _ = self.once(&schedule, act()) => {}
                () = stop.cancelled() => break,
            }
            tokio::select! {
                () = tokio::time::sleep(schedule.period) => {}
                () = settled(woken()) => {}
                () = stop.cancelled() => break,
            }
        }
        self.stop(&schedule);
    }
}

impl Record {
    fn of(schedule: &Schedule) -> Self {
        let (since, schedule) = (Instant::now(), schedule.clone());
        let (started, ended, succeeded, duration, problem) = (None, None, None, None, None);
        Self { schedule, started, since, ended, succeeded, running: false, duration, problem }
    }
}

/// Returns a moment after `woken`, so that several reasons become one run.
async fn settled(woken: impl Future<Output = ()>) {
    woken.await;
    tokio::time::sleep(SETTLE).await;
}

/// Executes a run to its end, its deadline or its panic.
async fn attempt<T>(
    deadline: Duration,
    run: impl Future<Output = Result<T>>,
) -> Result<Result<T>, Unfinished> {
    match tokio::time::timeout(deadline, AssertUnwindSafe(run).catch_unwind()).await {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(panic)) => Err(Unfinished(format!("it panicked: {}", text(&*panic)))),
        Err(_) => Err(Unfinished(format!("it was not done within {} s", deadline.as_secs_f32()))),
    }
}

/// What a panic says.
pub(crate) fn text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no reason was given")
}

#[cfg(test)]
mod tests;
