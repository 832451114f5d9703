//! Taking a project down, keeping what cannot be made again.

use model::{DatabaseName, OperationStatus, Problem, ProblemKind, SystemEvent};

use super::Provisioner;
use crate::Result;
use crate::registry::{Ending, Event, Retention};

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
        let database = self.database_server()?.host.retain_database(&DatabaseName::main(id.clone())).await?;
        let note = database.map_or_else(
            || "there was no database".into(),
            |bytes| format!("{}, {bytes}; its role can no longer log in", id.database()),
        );
        let (term, operation) = (self.inner.term, self.operation);
        let mut change = self.inner.registry.change(self.op).await?;
        change.in_term(term).await?;
        change.retain_database(&Retention { project: id, database }).await?;
        change.step_done(term, operation, ordinal, &note).await?;
        let status = OperationStatus::Succeeded;
        let ending = Ending { id: operation, status, problem: None, failed_at: None };
        change.end_operation(term, &ending).await?;
        let detail = serde_json::json!({"database": database.map(|_| id.database()), "bytes": database});
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
