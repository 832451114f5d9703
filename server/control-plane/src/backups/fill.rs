//! Puts the first data of a new project in place: what a restore as a new project and a clone have in common.
//!
//! The data is in a copy of the operation until then, so a job that ends early leaves nothing under a name of the new project.

use model::{DatabaseName, DatabaseOid, DesiredState, OperationId, OperationKind, ProjectId, SystemEvent};
use serde_json::Value;

use super::{exchange, media, problems};
use crate::jobs::JobContext;
use crate::ports::database_copies::DatabaseCopies;
use crate::registry::{Event, NewOperation};
use crate::{Error, Inner, OpContext, Result, target};

/// The new project of a job.
pub(crate) struct Fill<'a, I> {
    pub(crate) job: &'a JobContext<I>,
    pub(crate) copies: &'a dyn DatabaseCopies,
    pub(crate) id: ProjectId,
}

impl<'a, I: Send + Sync> Fill<'a, I> {
    /// That of the job's project.
    pub(crate) fn of(job: &'a JobContext<I>, copies: &'a dyn DatabaseCopies) -> Result<Self> {
        let id = job.operation().project_id.clone().ok_or_else(problems::without_project)?;
        Ok(Self { job, copies, id })
    }

    /// The name that the database gets.
    pub(crate) fn main(&self) -> DatabaseName {
        DatabaseName::main(self.id.clone())
    }

    /// The folder in which the uploads wait for their place; `None` where uploads are no folder of this machine.
    pub(crate) fn uploads(&self) -> Option<std::path::PathBuf> {
        let folder = media::folder(self.job.ports(), &self.id)?;
        Some(media::restored(&folder, self.job.operation().id))
    }

    /// Gives the copy and the uploads their names. From here on the job is not cancelled. Repeated, it completes.
    pub(crate) async fn place(&self, copy: Option<DatabaseOid>) -> Result<Option<String>> {
        let oid = copy.ok_or_else(|| problems::database_not_seen(&self.id))?;
        self.job.commit().await?;
        self.copies.bring_back(oid, &self.main()).await?;
        if let (Some(folder), Some(next)) = (media::folder(self.job.ports(), &self.id), self.uploads()) {
            let operation = self.job.operation().id;
            let swap = move || media::swap(&folder, &next, &media::former(&folder, operation));
            let swapped =
                tokio::task::spawn_blocking(swap).await.map_err(|error| problems::thread(&error))?;
            swapped.map_err(|error| Error::from(problems::media(&error)))?;
        }
        Ok(Some(self.main().to_string()))
    }

    /// In one transaction: the registry names the database, the engine may start the instance, and an operation does.
    pub(crate) async fn take_into_use(
        &self,
        copy: Option<DatabaseOid>,
        detail: Value,
    ) -> Result<Option<String>> {
        let oid = copy.ok_or_else(|| problems::database_not_seen(&self.id))?;
        let (id, inner, operation) = (&self.id, &self.job.inner, self.job.operation().id);
        let mut change = inner.registry.change_of(self.job.op(), id).await?;
        change.in_term(inner.term).await?;
        change.project_filled(id, oid).await?;
        change.end_maintenance(id, operation).await?;
        if let Some(record) = change.lock_project(id).await?
            && record.project.desired_state == DesiredState::Running
        {
            let (kind, generation) = (OperationKind::Create, record.project.generation);
            let steps = target::planned(inner, &record);
            let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
            change.open_operation(&new).await?;
        }
        change.commit(Event { project: Some(id), action: SystemEvent::Filled.into(), detail }).await?;
        Ok(None)
    }

    /// Waits until the instance of the new project answers.
    pub(crate) async fn started(&self) -> Result<Option<String>> {
        let settled = exchange::settled(self.job).await?;
        settled.map_err(|problem| problems::new_not_started(&problem).into())
    }

    /// Removes what was made after a failure that no repetition cures. What fails here is made good by the search for left-over
    /// copies and for projects without data.
    pub(crate) async fn give_up(&self) {
        let inner = &self.job.inner;
        let removed = clean_up(inner, self.copies, &self.id, self.job.operation().id).await;
        let outcomes = [removed, abandon(inner, self.job.op(), &self.id).await];
        for error in outcomes.into_iter().filter_map(Result::err) {
            tracing::warn!(project.id = %self.id, error = %crate::chain(&error), "giving up a new project");
        }
    }
}

/// Removes what the job has made for a project that has no data yet: copy, role, uploads. Nothing of a project that has its database.
async fn clean_up(
    inner: &Inner,
    copies: &dyn DatabaseCopies,
    id: &ProjectId,
    job: OperationId,
) -> Result<()> {
    if let Some(folder) = media::folder(&inner.ports, id) {
        let uploads = media::restored(&folder, job);
        let _ = tokio::task::spawn_blocking(move || media::remove(&uploads)).await;
    }
    copies.remove_copy(&DatabaseName::scratch(id.clone(), job)).await?;
    Ok(copies.remove_owner(&DatabaseName::main(id.clone())).await?)
}

/// Removes a new project whose job is over without its data, and what the job has made.
pub(crate) async fn remove_abandoned(inner: &Inner, op: &OpContext, id: &ProjectId) -> Result<()> {
    let Some(record) = inner.registry.project(id).await? else { return Ok(()) };
    if let Some(job) = record.fill_job {
        let copies = &inner.ports.postgres.of(&record.project.database_server)?.copies;
        // a database that has the name already is retained by the delete
        if let Err(error) = clean_up(inner, &**copies, id, job).await {
            tracing::warn!(project.id = %id, error = %crate::chain(&error), "removing what a new project has left");
        }
    }
    abandon(inner, op, id).await
}

/// Requests the removal of a project that got no data. Nothing if it has its data, is gone, or is being deleted.
async fn abandon(inner: &Inner, op: &OpContext, id: &ProjectId) -> Result<()> {
    let mut change = inner.registry.change_of(op, id).await?;
    change.in_term(inner.term).await?;
    let Some(record) = change.lock_project(id).await? else { return Ok(()) };
    let Some(job) = record.fill_job.filter(|_| record.delete_requested_at.is_none()) else { return Ok(()) };
    let generation = change.request_delete(id).await?;
    let steps = target::planned(inner, &record);
    let kind = OperationKind::Delete;
    let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
    change.open_operation(&new).await?;
    let detail = serde_json::json!({ "job": job });
    Ok(change.commit(Event { project: Some(id), action: SystemEvent::NotFilled.into(), detail }).await?)
}
