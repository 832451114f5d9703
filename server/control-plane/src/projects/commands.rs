//! Start, stop, restart, delete: the desired state changes, an operation is opened, the engine does the rest.

use model::{Action, DesiredState, Operation, OperationKind, ProjectEdit, ProjectId, Target};

use super::Projects;
use super::locked::{lock, made_from_the_present, not_being_deleted};
use super::once::request_key;
use crate::jobs::refuse_while_exclusive;
use crate::registry::{Change, Event, NewOperation, RequestKey};
use crate::{Inner, OpContext, Result};

impl Projects<'_> {
    /// Runs it again. Of a project that runs, nothing changes.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn start(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectStart, Target::Project(id))?;
        self.command(op, id, OperationKind::Start).await
    }

    /// Ends its instance; the gateway answers with the maintenance page. Everything else is kept.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn stop(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectStop, Target::Project(id))?;
        self.command(op, id, OperationKind::Stop).await
    }

    /// Replaces its instance by an equal one; the gateway holds requests meanwhile.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn restart(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectRestart, Target::Project(id))?;
        self.command(op, id, OperationKind::Restart).await
    }

    /// Takes it down. Its database, secrets and media are kept and listed.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn delete(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectDelete, Target::Project(id))?;
        self.command(op, id, OperationKind::Delete).await
    }

    async fn command(&self, op: &OpContext, id: &ProjectId, kind: OperationKind) -> Result<Operation> {
        let key = request_key(op, kind, id.as_str(), &())?;
        self.0.once(op, key.as_ref(), || self.begin_command(op, id, kind, key.as_ref())).await
    }

    async fn begin_command(
        &self,
        op: &OpContext,
        id: &ProjectId,
        kind: OperationKind,
        key: Option<&RequestKey>,
    ) -> Result<Operation> {
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        if let Some(from) = op.generation() {
            made_from_the_present(&record, Some(from), &ProjectEdit::default())?;
        }
        let generation = match kind {
            OperationKind::Stop => change.set_desired_state(id, DesiredState::Stopped).await?,
            OperationKind::Restart => change.count_restart(id).await?,
            OperationKind::Delete => change.request_delete(id).await?,
            _ => change.set_desired_state(id, DesiredState::Running).await?,
        };
        self.0.open_once(change, id, kind, generation, key).await
    }
}

impl Inner {
    /// Opens the operation of a change with the steps that are planned now, and commits both.
    pub(crate) async fn open(
        &self,
        change: Change,
        id: &ProjectId,
        kind: OperationKind,
        generation: i64,
    ) -> Result<Operation> {
        self.open_once(change, id, kind, generation, None).await
    }

    async fn open_once(
        &self,
        change: Change,
        id: &ProjectId,
        kind: OperationKind,
        generation: i64,
        key: Option<&RequestKey>,
    ) -> Result<Operation> {
        let (mut change, record) = lock(change, id).await?;
        refuse_while_exclusive(&record)?;
        let steps = self.planned(&record);
        let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: key };
        let operation = change.open_operation(&new).await?;
        let detail = serde_json::json!({"operation": operation.id});
        change.commit(Event { project: Some(id), action: kind.into(), detail }).await?;
        Ok(operation)
    }
}
