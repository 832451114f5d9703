//! Start, stop, restart, delete: each changes the desired state and opens an operation.

use model::{
    Action, DeleteRequestId, DesiredState, Operation, OperationKind, Problem, ProblemKind, ProjectEdit,
    ProjectId, Target,
};

use super::locked::{lock, made_from_the_present, not_being_deleted, refuse_protected};
use super::{Projects, idempotency};
use crate::operations::{self, Opening};
use crate::registry::IdempotencyKey;
use crate::{OpContext, Result, backups};

impl Projects<'_> {
    /// Sets the desired state `running`. A project that runs is not touched.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn start(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectStart, Target::Project(id))?;
        self.command(op, id, OperationKind::Start).await
    }

    /// Sets the desired state `stopped`: the instance ends and the gateway serves the maintenance page. Everything else stays.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn stop(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectStop, Target::Project(id))?;
        self.command(op, id, OperationKind::Stop).await
    }

    /// Replaces its instance with an equal one; the gateway holds requests meanwhile.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn restart(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectRestart, Target::Project(id))?;
        self.command(op, id, OperationKind::Restart).await
    }

    /// Removes instance, route and row. The database is retained; secrets and media stay.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn delete(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectDelete, Target::Project(id))?;
        self.command(op, id, OperationKind::Delete).await
    }

    async fn command(&self, op: &OpContext, id: &ProjectId, kind: OperationKind) -> Result<Operation> {
        let key = idempotency::key(op, kind, id.as_str(), &())?;
        let begin = || self.begin_command(op, id, kind, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_command(
        &self,
        op: &OpContext,
        id: &ProjectId,
        kind: OperationKind,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        if let Some(from) = op.generation() {
            made_from_the_present(&record, Some(from), &ProjectEdit::default())?;
        }
        if kind == OperationKind::Delete {
            refuse_protected(&record)?;
            backups::refuse_beside_recovery(&mut change, id).await?;
            if let Some(request) = change.open_delete_request(id).await? {
                return Err(requested(id, request).into());
            }
        }
        let generation = match kind {
            OperationKind::Stop => change.set_desired_state(id, DesiredState::Stopped).await?,
            OperationKind::Restart => change.count_restart(id).await?,
            OperationKind::Delete => change.request_delete(id).await?,
            _ => change.set_desired_state(id, DesiredState::Running).await?,
        };
        let opening = Opening { project: id, kind, generation, key, facts: Vec::new() };
        operations::open(self.0, change, opening).await
    }
}

/// The refusal of a delete while a delete with the database is requested.
pub(crate) fn requested(id: &ProjectId, request: DeleteRequestId) -> Problem {
    let detail = format!(
        "Nothing was changed. A delete of {id} with its database is requested already (request {request}). Withdraw or decide it \
         first."
    );
    Problem::new(ProblemKind::Conflict, "A delete is requested already", detail)
}
