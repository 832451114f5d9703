//! The runner: takes jobs, writes their heartbeats, and forwards requests to end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{OperationId, OperationKind, Problem, ProblemKind};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::attempt::{GRACE, attempt};
use super::context::{Reason, Signals};
use super::kind::JobKind;
use super::programs;
use crate::registry::{JobClaim, JobFilter};
use crate::{Inner, Result};

/// Interval of the search for jobs and of heartbeats. A request to cancel is noticed within this time, even if its
/// notification was lost.
const TICK: Duration = Duration::from_secs(2);
/// Maximum number of concurrent jobs that use the connections of one database server.
const PER_DATABASE_SERVER: usize = 2;

/// A job that this process runs.
struct RunningJob {
    kind: OperationKind,
    database_server: Option<String>,
    signals: Arc<Signals>,
    task: tokio::task::Id,
}

struct Runner<'a> {
    inner: &'a Arc<Inner>,
    kinds: Arc<Vec<JobKind>>,
    running: BTreeMap<OperationId, RunningJob>,
    tasks: JoinSet<OperationId>,
}

/// Runs jobs until `stop`. Running jobs are then asked to end within 10 s, and are left to the next control plane.
pub(crate) async fn run(inner: &Arc<Inner>, kinds: Vec<JobKind>, stop: &CancellationToken) {
    let mut runner =
        Runner { inner, kinds: Arc::new(kinds), running: BTreeMap::new(), tasks: JoinSet::new() };
    end_left_over(inner).await;
    settle_host_jobs(inner).await;
    while !stop.is_cancelled() {
        let taken = tokio::select! {
            taken = runner.take() => taken,
            () = stop.cancelled() => break,
        };
        if let Err(error) = taken {
            tracing::warn!(error = %crate::chain(&error), "taking jobs");
        }
        tokio::select! {
            Some(ended) = runner.tasks.join_next() => runner.forget(ended),
            () = inner.jobs.woken() => {}
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => {}
        }
    }
    runner.stop().await;
}

/// Sets the jobs of interrupted host commands to waiting: no command runs a job while this control plane has the engine lock.
async fn settle_host_jobs(inner: &Inner) {
    let detail = "The command was interrupted. Stop the server and run it again: it goes on where it was. Or cancel the job.";
    let problem = Problem::new(ProblemKind::Unavailable, "The command was interrupted", detail);
    if let Err(error) =
        inner.registry.reports(inner.term).host_jobs_wait(OperationKind::SecretsMigrate, &problem).await
    {
        tracing::warn!(error = %crate::chain(&error), "jobs of commands that were interrupted");
    }
}

/// Ends the programs that an earlier control plane left running. Their jobs are taken after this, or have ended.
async fn end_left_over(inner: &Inner) {
    if let Err(error) = programs::end_all(&inner.registry, None).await {
        tracing::warn!(error = %crate::chain(&error), "ending programs of former jobs");
    }
}

impl Runner<'_> {
    async fn take(&mut self) -> Result<()> {
        self.keep_alive().await?;
        while let Some(taken) = self.inner.registry.reports(self.inner.term).take_job(&self.filter()).await? {
            self.begin(taken);
        }
        Ok(())
    }

    /// Writes the heartbeats of all running jobs, and interrupts those that were cancelled or that another process has taken.
    async fn keep_alive(&self) -> Result<()> {
        let ids: Vec<OperationId> = self.running.keys().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let alive = self.inner.registry.reports(self.inner.term).jobs_alive(&ids).await?;
        for (id, running) in &self.running {
            match alive.get(id) {
                Some(false) => {}
                Some(true) => running.signals.interrupt(Reason::Cancelled),
                None => running.signals.interrupt(Reason::Lost),
            }
        }
        Ok(())
    }

    fn filter(&self) -> JobFilter {
        let of_kind = |kind| self.running.values().filter(|running| running.kind == kind).count();
        let mut servers: BTreeMap<&String, usize> = BTreeMap::new();
        for server in self.running.values().filter_map(|running| running.database_server.as_ref()) {
            *servers.entry(server).or_default() += 1;
        }
        let free = self.kinds.iter().map(|kind| &kind.0).filter(|kind| of_kind(kind.kind()) < kind.at_once());
        JobFilter {
            kinds: free.map(|kind| kind.kind().to_string()).collect(),
            running: self.running.keys().copied().collect(),
            full_servers: servers
                .into_iter()
                .filter(|(_, jobs)| *jobs >= PER_DATABASE_SERVER)
                .map(|(server, _)| server.clone())
                .collect(),
        }
    }

    fn begin(&mut self, taken: JobClaim) {
        let (id, kind) = (taken.operation.id, taken.operation.kind);
        let database_server = taken.database_server.clone();
        let (inner, kinds, signals) =
            (Arc::clone(self.inner), Arc::clone(&self.kinds), Arc::<Signals>::default());
        let span = tracing::info_span!("job", operation.id = %id, %kind, subject = taken.operation.subject());
        let ours = Arc::clone(&signals);
        let held = taken.operation.project_id.clone().filter(|_| taken.operation.exclusive);
        let work = async move {
            if let Some(project) = held {
                inner.acts.quiesce(&project).await; // its mark is committed, so later plans do not act
            }
            if let Some(kind) = kinds.iter().find(|known| known.0.kind() == kind) {
                attempt(&inner, kind.0.as_ref(), taken, &ours).await;
            }
            id
        };
        let task = self.tasks.spawn(work.instrument(span)).id();
        self.running.insert(id, RunningJob { kind, database_server, signals, task });
    }

    fn forget(&mut self, ended: Result<OperationId, tokio::task::JoinError>) {
        match ended {
            Ok(id) => drop(self.running.remove(&id)),
            Err(error) => {
                tracing::error!(%error, "the task of a job ended");
                self.running.retain(|_, running| running.task != error.id());
            }
        }
    }

    async fn stop(mut self) {
        for running in self.running.values() {
            running.signals.interrupt(Reason::Stopping);
        }
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE + TICK, ended).await.is_err() {
            let jobs = self.tasks.len();
            tracing::warn!(jobs, "{jobs} jobs did not end in time; the next control plane goes on with them");
        }
    }
}
