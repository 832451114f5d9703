//! Gives a project another database: what a restore and its undo have in common.
//!
//! The databases are identified by their OIDs, which the job remembers before the exchange: after a kill at any place the next
//! attempt finds out by them how far it came.

use std::path::PathBuf;
use std::time::Duration;

use model::{
    DatabaseName, DatabaseOid, DatabaseServerName, DesiredState, OperationKind, Problem, ProjectId,
    SetAsideReason,
};
use time::OffsetDateTime;

use super::create::project;
use super::{media, problems};
use crate::jobs::JobContext;
use crate::ports::database_copies::{DatabaseCopies, Swap};
use crate::registry::{Event, NewOperation, SetAside, TakenVersion};
use crate::{Error, Result, target};

/// How long the reconciler may take to stop the instance, beyond its grace period.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
/// Between two looks at the operation that starts the instance.
const LOOK: Duration = Duration::from_millis(100);

/// Remembers the database that the project uses, or that it is lost, and puts the project into maintenance.
pub(super) async fn stop<I: Send + Sync>(
    job: &JobContext<I>,
    copies: &dyn DatabaseCopies,
) -> Result<Option<String>> {
    let record = project(job).await?;
    let id = &record.project.id;
    let oid = record.database_oid.ok_or_else(|| problems::database_not_seen(id))?;
    let name = copies.name_of(oid).await?.and_then(|name| name.parse::<DatabaseName>().ok());
    let is_lost = match name.filter(|name| name.project == *id) {
        Some(name) if name.is_main() => false,
        Some(_) => return Err(problems::database_not_seen(id).into()),
        // an OID that a database of something else has now: the server is another one
        None => true,
    };
    let remembered =
        if is_lost { serde_json::json!({ "lost": true }) } else { serde_json::json!({ "former": oid }) };
    job.remember(&remembered).await?;
    in_maintenance(job).await?;
    Ok(is_lost.then(|| "the project has no database".into()))
}

pub(crate) async fn in_maintenance<I: Send + Sync>(job: &JobContext<I>) -> Result<()> {
    job.enter_maintenance().await?;
    job.instance_stopped(job.inner.settings.grace + STOPPED_WITHIN).await
}

/// The two databases and the folders of uploads that change places.
pub(super) struct Exchange {
    pub(super) project: ProjectId,
    /// The database that the project uses; `None` if it is lost.
    pub(super) former: Option<DatabaseOid>,
    /// The one that it is to use.
    pub(super) next: DatabaseOid,
    /// The uploads that it is to have; absent ones leave the present ones in place.
    pub(super) media: Option<PathBuf>,
}

impl Exchange {
    /// Exchanges names and folders, in maintenance. From here on the job is not cancelled. Repeated, it completes.
    pub(super) async fn swap<I: Send + Sync>(
        &self,
        job: &JobContext<I>,
        copies: &dyn DatabaseCopies,
    ) -> Result<Option<String>> {
        in_maintenance(job).await?; // a restart of the control plane may have come in between
        job.commit().await?;
        let former = DatabaseName::former(self.project.clone(), job.operation().id);
        let name = DatabaseName::main(self.project.clone());
        let Some(current) = self.former else {
            copies.bring_back(self.next, &name).await?;
            self.swap_media(job).await?;
            return Ok(Some("there was no database before".into()));
        };
        let swap = Swap { name, current, next: self.next, former };
        copies.swap(&swap).await?;
        self.swap_media(job).await?;
        Ok(Some(format!("the former database is {}", swap.former)))
    }

    async fn swap_media<I>(&self, job: &JobContext<I>) -> Result<()> {
        let (Some(folder), Some(next)) = (media::folder(job.ports(), &self.project), self.media.clone())
        else {
            return Ok(());
        };
        let operation = job.operation().id;
        let swap = move || media::swap(&folder, &next, &media::former(&folder, operation));
        let swapped = tokio::task::spawn_blocking(swap).await.map_err(|error| problems::thread(&error))?;
        swapped.map_err(|error| Error::from(problems::media(&error)))
    }

    /// In one transaction: the registry names the database and its version, the former one is set aside, the maintenance is over, and
    /// an operation starts the instance.
    pub(super) async fn take_into_use<I: Send + Sync>(
        &self,
        job: &JobContext<I>,
        server: &DatabaseServerName,
        version: TakenVersion<'_>,
        event: Event<'_>,
    ) -> Result<Option<String>> {
        let (id, inner) = (&self.project, &job.inner);
        let mut change = inner.registry.change_of(job.op(), id).await?;
        change.in_term(inner.term).await?;
        let before = change.no_longer_set_aside(server, self.next).await?;
        let version = before.as_ref().map_or(version, TakenVersion::Version);
        if let Some(former) = self.former {
            let known = inner.observations.database(id, server.as_str());
            let set_aside = SetAside {
                project: id,
                oid: former,
                name: &DatabaseName::former(id.clone(), job.operation().id),
                reason: SetAsideReason::Restored,
                operation: job.operation().id,
                bytes: known.present().and_then(|it| it.figures.bytes),
                drop_after: OffsetDateTime::now_utc() + inner.settings.keep_former,
            };
            change.set_aside(&set_aside).await?;
        }
        change.take_database(id, self.next, version).await?;
        change.end_maintenance(id, job.operation().id).await?;
        inner.observations.database_exchanged(id, server, self.next);
        if let Some(record) = change.lock_project(id).await?
            && record.project.desired_state == DesiredState::Running
        {
            let (kind, generation) = (OperationKind::Restart, record.project.generation);
            let steps = target::planned(inner, &record);
            let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: None };
            change.open_operation(&new).await?;
        }
        change.commit(event).await?;
        Ok(None)
    }
}

/// Waits until the instance answers on the new database. Fails with the problem of its start; the exchange stays, and can be undone.
pub(super) async fn started<I: Send + Sync>(job: &JobContext<I>) -> Result<Option<String>> {
    settled(job).await?.map_err(|problem| problems::not_started(&problem).into())
}

/// Waits until the engine has nothing more to do for the project: a note, or the problem of the start.
pub(crate) async fn settled<I: Send + Sync>(
    job: &JobContext<I>,
) -> Result<std::result::Result<Option<String>, Problem>> {
    let record = project(job).await?;
    let id = &record.project.id;
    if record.project.desired_state == DesiredState::Stopped {
        return Ok(Ok(Some("the project is stopped, as desired".into())));
    }
    loop {
        job.check()?;
        if job.inner.registry.open_operation(id).await?.is_none() {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = job.interrupted().cancelled() => {}
        }
    }
    let record = project(job).await?;
    match record.project.problem {
        Some(problem) if record.project.status == model::ProjectStatus::Failed => Ok(Err(problem)),
        _ => Ok(Ok(None)),
    }
}
