//! Executes one step. Every step is idempotent and can be repeated after a crash at any point.
//!
//! An act holds a permit and runs to its end, even if the plan is cancelled meanwhile. A wait holds none and ends at once.

mod database;
pub mod instance;
mod limits;
mod pause;
mod ready;
mod release;
mod removal;
mod route;
mod schema;
pub(crate) mod secrets;

use std::future::Future;
use std::sync::Arc;

use model::{InstanceKey, OperationId, Problem, ProblemKind, Step};
use tokio_util::sync::CancellationToken;

use crate::gateway::publisher::Hold;
use crate::permits::Priority;
use crate::ports::postgres_host::DatabaseHost;
use crate::registry::ProjectRecord;
pub use crate::secrets::names;
use crate::target::ReconcileTarget;
use crate::{Error, Inner, OpContext, Result};
pub(crate) use ready::Tally;

/// Executes the steps of one plan on one project.
pub(crate) struct Provisioner<'a> {
    inner: &'a Arc<Inner>,
    op: &'a OpContext,
    operation: OperationId,
    record: ProjectRecord,
    hold: Option<Hold>,
    started: Started,
    priority: Priority,
    cancel: CancellationToken,
}

/// Whether the instance was started by this very plan, and so may need its time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Started {
    Before,
    JustNow,
}

impl<'a> Provisioner<'a> {
    pub(crate) fn new(
        inner: &'a Arc<Inner>,
        op: &'a OpContext,
        operation: OperationId,
        target: &ReconcileTarget,
    ) -> Self {
        Self {
            inner,
            op,
            operation,
            record: target.record.clone(),
            hold: None,
            started: Started::Before,
            priority: Priority::Routine,
            cancel: CancellationToken::new(),
        }
    }

    /// Acts with this priority, until the plan is cancelled.
    pub(crate) fn with(self, priority: Priority, cancel: &CancellationToken) -> Self {
        Self { priority, cancel: cancel.clone(), ..self }
    }

    /// Executes the step at this position of the operation. Returns a note on its result.
    #[tracing::instrument(skip_all, fields(%step))]
    pub(crate) async fn step(&mut self, ordinal: i32, step: Step) -> Result<Option<String>> {
        if self.cancel.is_cancelled() {
            return Err(Error::Replan);
        }
        let note = self.act(ordinal, step).await?;
        // KeepDatabase removes the row
        if step != Step::KeepDatabase {
            self.reload().await?;
        }
        Ok(note)
    }

    async fn act(&mut self, ordinal: i32, step: Step) -> Result<Option<String>> {
        match step {
            Step::EnsureSecrets => self.ensure_secrets().await,
            Step::EnsureDatabase => self.ensure_database().await,
            Step::MaterializeSchema => self.materialize_schema().await,
            Step::PointRoute => self.point_route().await,
            Step::StopInstance => self.stop_instance().await,
            Step::FetchRelease => self.fetch_release(ordinal).await,
            Step::EnsureInstance => self.ensure_instance().await,
            Step::ApplyLimits => self.apply_limits().await,
            Step::AwaitReady => self.await_ready().await,
            Step::SyncRoute => self.sync_route().await,
            Step::VerifyRoute => self.verify_route().await,
            Step::RetireRoute => self.retire_route().await,
            Step::RemoveInstance => self.remove_instance().await,
            Step::KeepDatabase => self.keep_database(ordinal).await,
            #[rustfmt::skip]
            Step::WriteArchive | Step::RecordBackup | Step::CheckArchive | Step::RestoreCopy | Step::CompareCopy
            | Step::BootCopy | Step::RemoveCopy | Step::RestoreMedia | Step::SwapDatabase | Step::CloneDatabase
            | Step::CopyMedia | Step::PlaceDatabase | Step::UpdateProject | Step::DropDatabase | Step::TrashDatabase
            | Step::RemoveProject | Step::BringBackDatabase | Step::CopyBase | Step::VerifyBase | Step::RecoverServer
            | Step::ReadSecrets | Step::CopySecrets | Step::VerifySecrets | Step::SwitchReferences
            | Step::CheckSchema
            | Step::FreeColumns
            | Step::VerifySchema
            | Step::RemoveSecrets => Err(only_in_jobs(step).into()),
        }
    }

    /// The instance that it works on.
    fn key(&self) -> InstanceKey {
        InstanceKey::main(self.record.project.id.clone())
    }

    /// The server of its database.
    fn database_server(&self) -> Result<&'a DatabaseHost> {
        Ok(self.inner.ports.postgres.of(&self.record.project.database_server)?)
    }

    /// Reads the row again. [`Error::Replan`] where something else is desired by now, or a job has taken the project.
    pub(crate) async fn reload(&mut self) -> Result<()> {
        let id = &self.record.project.id;
        let record = self.inner.registry.project(id).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
        let now = ReconcileTarget::of(record).record;
        let planned = &self.record;
        let is_same = now.project.generation == planned.project.generation
            && (now.exclusive_job, now.maintenance) == (planned.exclusive_job, planned.maintenance);
        self.record = now;
        if is_same { Ok(()) } else { Err(Error::Replan) }
    }

    /// Waits for `what`, at most until the plan is cancelled.
    async fn wait<T>(&self, what: impl Future<Output = Result<T>> + Send) -> Result<T> {
        tokio::select! {
            outcome = what => outcome,
            () = self.cancel.cancelled() => Err(Error::Replan),
        }
    }

    async fn publish(&self) -> Result<()> {
        self.wait(self.inner.publisher.publish(&self.record.project.id)).await
    }
}

/// The planner plans none of these.
fn only_in_jobs(step: Step) -> Problem {
    let detail = format!("Nothing was changed. \"{}\" is a step of a job.", step.title());
    Problem::new(ProblemKind::Internal, "Not a step of reconciliation", detail)
}
