//! How a job that keeps its project in maintenance learns that the instance is stopped.
//!
//! The job does not stop the instance itself: the reconciler does, because the goal of the marked row is `Maintain`. Plans that
//! were made before the mark have ended when the job runs (`Acts::quiesce`), and later ones see the mark, so an instance that
//! was seen stopped is not started again before the job is over.

use std::time::Duration;

use model::{Hint, InstanceKey, OperationId, Problem, ProblemKind, ProjectId, SystemEvent};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::JobContext;
use crate::registry::Event;
use crate::{Error, Result};

/// The longest pause between two looks at the instance. A hint about the project ends the pause.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl<I> JobContext<I> {
    /// Puts the project into maintenance from now on until the job is over, and makes the job exclusive: for a job that worked beside
    /// the running project so far. Repeated, it changes nothing. A transient problem while another job holds the project.
    pub async fn enter_maintenance(&self) -> Result<()> {
        let job = self.operation().id;
        let id = self.operation().project_id.clone().ok_or_else(|| not_in_maintenance(job))?;
        let mut change = self.inner.registry.change_of(self.op(), &id).await?;
        change.in_term(self.inner.term).await?;
        let record = change.lock_project(&id).await?;
        if record.is_some_and(|record| record.exclusive_job == Some(job) && record.maintenance) {
            return Ok(());
        }
        if !change.begin_maintenance(&id, job).await? {
            return Err(held(&id).into());
        }
        let detail = serde_json::json!({ "operation": job });
        change.commit(Event { project: Some(&id), action: SystemEvent::Maintenance.into(), detail }).await?;
        self.inner.acts.quiesce(&id).await; // the mark is committed, so later plans do not act
        Ok(())
    }

    /// Waits until the reconciler has stopped the project's instance. The project is in maintenance from then on until the job
    /// is over. Holds no permit, no lock and no connection while it waits. A driver that cannot be reached counts as an
    /// instance that runs.
    ///
    /// Fails with [`Error::Interrupted`] when the job is to end early, with a transient problem when the instance still runs
    /// after `longest`, and with an internal one if the job does not keep its project in maintenance.
    pub async fn instance_stopped(&self, longest: Duration) -> Result<()> {
        let job = self.operation().id;
        let id = self.operation().project_id.clone().ok_or_else(|| not_in_maintenance(job))?;
        let record = self.inner.registry.project(&id).await?;
        if !record.is_some_and(|record| record.exclusive_job == Some(job) && record.maintenance) {
            return Err(not_in_maintenance(job).into());
        }
        tokio::select! {
            biased;
            () = self.interrupted().cancelled() => Err(Error::Interrupted),
            () = self.sees_stopped(&id) => Ok(()),
            () = tokio::time::sleep(longest) => Err(still_runs(&id, longest).into()),
        }
    }

    async fn sees_stopped(&self, id: &ProjectId) {
        let key = InstanceKey::main(id.clone());
        let mut hints = self.inner.live.subscribe();
        loop {
            match self.ports().driver.inspect(&key).await {
                Ok(seen) if seen.as_ref().is_none_or(|instance| !instance.is_running()) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(project.id = %id, %error, "looking at an instance in maintenance");
                }
            }
            let _ = tokio::time::timeout(LOOK_EVERY, moved(&mut hints, id)).await;
        }
    }
}

/// Returns at a hint about the project, and when hints were missed.
async fn moved(hints: &mut Receiver<Hint>, id: &ProjectId) {
    loop {
        match hints.recv().await {
            Ok(Hint::Project { project_id }) if project_id == *id => return,
            Ok(Hint::Operation { project_id: Some(project_id), .. }) if project_id == *id => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn held(id: &ProjectId) -> Problem {
    let detail = format!(
        "Another job works on {id}, or it is being deleted. Nothing was changed; it is tried again automatically."
    );
    Problem::new(ProblemKind::Unavailable, "Another job is working on the project", detail)
}

fn still_runs(id: &ProjectId, longest: Duration) -> Problem {
    let seconds = longest.as_secs_f32();
    let detail = format!(
        "The instance of {id} was not stopped within {seconds} s. Nothing was changed by this step; it is tried again. The \
         operation that stops the instance says what is in the way."
    );
    Problem {
        part: Some("driver".into()),
        ..Problem::new(ProblemKind::Unavailable, "The instance still runs", detail)
    }
}

fn not_in_maintenance(job: OperationId) -> Problem {
    let detail =
        format!("Nothing was changed by this step. The job {job} does not keep a project in maintenance.");
    Problem::new(ProblemKind::Internal, "The project is not in maintenance", detail)
}
