//! Taking a project down, keeping what cannot be made again.

use model::{
    DatabaseName, OperationStatus, Problem, ProblemKind, ProjectOrigin, SetAsideReason, SystemEvent,
};

use super::Provisioner;
use crate::registry::{Ending, Event, Retention, SetAside};
use crate::{Result, backups};

impl Provisioner<'_> {
    pub(super) async fn remove_instance(&self) -> Result<Option<String>> {
        let key = self.key();
        self.inner.ports.driver.remove(&key).await?;
        self.inner.ports.volumes.remove_schemas(&key).await?;
        Ok(Some("media files stay".into()))
    }

    /// The last step: what is kept is listed, the row goes and the operation ends, in one change.
    pub(super) async fn keep_database(&self, ordinal: i32) -> Result<Option<String>> {
        let id = &self.record.project.id;
        self.refuse_while_a_job_is_open().await?;
        if self.record.project.origin.as_ref().is_some_and(ProjectOrigin::is_clone) {
            return self.drop_clone(ordinal).await;
        }
        let database = self.database_server()?.host.retain_database(&DatabaseName::main(id.clone())).await?;
        let (term, operation) = (self.inner.term, self.operation);
        let mut change = self.inner.registry.change(self.op).await?;
        change.in_term(term).await?;
        let in_trash = change.in_the_trash(id).await?.is_some();
        let note = match database {
            Some(bytes) => format!("{}, {bytes}; its role can no longer log in", id.database()),
            None if in_trash => "the database is in the trash".to_owned(),
            None => "there was no database".to_owned(),
        };
        change.retain_database(&Retention { project: id, database }).await?;
        change.step_done(term, operation, ordinal, &note).await?;
        let status = OperationStatus::Succeeded;
        let ending = Ending { id: operation, status, problem: None, failed_at: None };
        change.end_operation(term, &ending).await?;
        let detail = serde_json::json!({
            "database": database.map(|_| id.database()), "bytes": database, "trash": in_trash && database.is_none(),
        });
        change.commit(Event { project: Some(id), action: SystemEvent::Retained.into(), detail }).await?;
        self.inner.observations.forget(id);
        Ok(Some(note))
    }

    /// The same for a clone, in which nothing is unique: its database is set aside and dropped by a job at once.
    async fn drop_clone(&self, ordinal: i32) -> Result<Option<String>> {
        let (id, operation) = (&self.record.project.id, self.operation);
        let server = self.database_server()?;
        let trash = DatabaseName::trash(id.clone(), operation);
        let bytes = match self.record.database_oid {
            Some(oid) => server.copies.set_aside(oid, &trash).await?,
            None => None,
        };
        let mut change = self.inner.registry.change(self.op).await?;
        change.in_term(self.inner.term).await?;
        let mut note = "there was no database".to_owned();
        if let (Some(oid), Some(_)) = (self.record.database_oid, bytes) {
            let (reason, drop_after) = (SetAsideReason::Deleted, time::OffsetDateTime::now_utc());
            change
                .set_aside(&SetAside { project: id, oid, name: &trash, reason, operation, bytes, drop_after })
                .await?;
            note = format!("{trash}, which is dropped next");
        }
        change.retain_database(&Retention { project: id, database: None }).await?;
        if let (Some(oid), Some(_)) = (self.record.database_oid, bytes) {
            backups::open_drop(&mut change, id, &server.name, oid, operation).await?;
        }
        change.step_done(self.inner.term, operation, ordinal, &note).await?;
        let ending =
            Ending { id: operation, status: OperationStatus::Succeeded, problem: None, failed_at: None };
        change.end_operation(self.inner.term, &ending).await?;
        let detail = serde_json::json!({"database": bytes.map(|_| trash.to_string()), "bytes": bytes, "dropped": bytes.is_some()});
        change.commit(Event { project: Some(id), action: SystemEvent::Retained.into(), detail }).await?;
        self.inner.observations.forget(id);
        Ok(Some(note))
    }

    /// A job may be reading the database. None is opened any more once the delete was requested, so the answer stays.
    async fn refuse_while_a_job_is_open(&self) -> Result<()> {
        let id = &self.record.project.id;
        let job = self.inner.registry.change(self.op).await?.open_job_on(id, None).await?;
        let Some(job) = job else { return Ok(()) };
        let detail =
            format!("A job works on {id}. The delete goes on when it is over; cancel it to go on now.");
        let problem = Problem::new(ProblemKind::Unavailable, "A job is working on the project", detail);
        Err(Problem { operation: Some(job), ..problem }.into())
    }
}
