//! Commands on deploys.

use model::{
    Action, BackupId, BackupKind, DatabaseServerName, DeployDraft, DeployId, DeployOptions, DeployPlan,
    DesiredState, Operation, OperationId, OperationKind, Preflight, ProjectId, RolloutId, Target,
};
use serde_json::json;
use uuid::Uuid;

use super::input::DeployInput;
use super::plan::{age_hours, version_of};
use super::{Deploys, SchemaUpdate, problems};
use crate::backups::{self, list_running, server_of};
use crate::jobs::{self, Request};
use crate::projects::idempotency;
use crate::projects::locked::{lock, not_being_deleted};
use crate::registry::{Change, Event, IdempotencyKey, NewDeploy, ProjectRecord};
use crate::{Error, OpContext, Result, schema_volumes};

/// A deploy that may be requested.
pub(super) struct Admitted {
    options: DeployOptions,
    free: Vec<(String, String)>,
    plan: DeployPlan,
    database_server: DatabaseServerName,
}

/// With what its job is opened.
#[derive(Default)]
pub(super) struct Opening<'a> {
    /// The idempotency key of the request.
    pub(super) key: Option<&'a IdempotencyKey>,
    /// The rollout of which the project is a member that begins.
    pub(super) rollout: Option<RolloutId>,
}

impl Deploys<'_> {
    /// What a deploy would do to the project now, and what it needs. Changes nothing.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn check(&self, op: &OpContext, id: &ProjectId, draft: &DeployDraft) -> Result<DeployPlan> {
        op.may(Action::ProjectDeploy, Target::Project(id))?;
        let record = self.record(id).await?;
        self.plan(&record, draft).await
    }

    /// Opens the job that deploys. Refused where the preflight asks for a confirmation, a backup or a rehearsal that the request
    /// does not have. A version that ran before is a roll back: the data stays as it is.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn deploy(&self, op: &OpContext, id: &ProjectId, draft: &DeployDraft) -> Result<Operation> {
        op.may(Action::ProjectDeploy, Target::Project(id))?;
        let key = idempotency::key(op, OperationKind::SchemaUpdate, id.as_str(), draft)?;
        let begin = || Box::pin(self.begin(op, id, draft, key.as_ref()));
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: &DeployDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let record = self.record(id).await?;
        let plan = self.plan(&record, draft).await?;
        let opening = Opening { key, rollout: None };
        self.open(op, id, Self::admitted(&record, plan, draft)?, opening).await
    }

    /// The deploy, if the preflight lets it pass.
    pub(super) fn admitted(
        record: &ProjectRecord,
        plan: DeployPlan,
        draft: &DeployDraft,
    ) -> Result<Admitted> {
        let database_server = server_of(record)?;
        let options = Self::admit(&plan, draft)?;
        let free = free_columns(&plan.preflight, draft)?;
        Ok(Admitted { options, free, plan, database_server })
    }

    /// Refuses what the preflight does not let pass.
    pub(crate) fn admit(plan: &DeployPlan, draft: &DeployDraft) -> Result<DeployOptions> {
        if plan.gate.confirm {
            draft.confirmed(&plan.project_id)?;
        }
        if plan.gate.rehearse_required && draft.rehearse == Some(false) {
            return Err(problems::needs_rehearsal().into());
        }
        let rehearse = draft.rehearse.unwrap_or(plan.gate.rehearse);
        if !draft.backup_first {
            if rehearse && plan.backup.is_none() {
                return Err(problems::no_copy().into());
            }
            if let Some(hours) = plan.gate.backup_hours
                && plan.backup.is_none_or(|backup| age_hours(backup.taken_at) >= hours)
            {
                return Err(problems::needs_backup(hours).into());
            }
        }
        Ok(DeployOptions { backup_first: draft.backup_first, pause: draft.pause, rehearse })
    }

    /// Opens the job under the lock of the row, unless the project was changed since it was examined.
    pub(super) async fn open(
        &self,
        op: &OpContext,
        id: &ProjectId,
        admitted: Admitted,
        opening: Opening<'_>,
    ) -> Result<Operation> {
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        schema_volumes::refuse_following(&record)?;
        backups::refuse_beside_recovery(&mut change, id).await?;
        let Admitted { options, free, plan, database_server } = admitted;
        if version_of(&record) != plan.from || record.project.desired_state == DesiredState::Stopped {
            let problem = problems::changed_meanwhile(id).into();
            return Err(if opening.rollout.is_some() { Error::Replan } else { problem });
        }
        let backup = options.backup_first.then(|| BackupId::from(Uuid::now_v7()));
        let rests_on = backup.or_else(|| plan.backup.map(|backup| backup.id));
        let input = DeployInput {
            deploy: DeployId::from(Uuid::now_v7()),
            from: plan.from.clone(),
            to: plan.to.clone(),
            database_server,
            backup,
            rehearse_on: rests_on.filter(|_| options.rehearse),
            pause: options.pause,
            free,
            failed: None,
        };
        let request = Request { project: Some(id), input: &input, key: opening.key };
        let operation = jobs::open::<SchemaUpdate>(&mut change, &request).await?;
        if let Some(backup) = backup {
            list_running(self.0, &mut change, (id, backup), BackupKind::PreDeploy, operation.id).await?;
        }
        record_deploy(&mut change, &input, &plan, &operation).await?;
        self.record_member(&mut change, id, operation.id, opening.rollout).await?;
        let detail = json!({
            "operation": operation.id, "deploy": input.deploy, "kind": plan.kind.as_str(),
            "from": plan.from.schema_ref.commit(), "to": plan.to.schema_ref.commit(), "path": plan.to.schema_ref.path(),
            "release": plan.to.release.as_ref().filter(|release| plan.from.release.as_ref() != Some(release)),
            "rehearse": options.rehearse, "backup_first": options.backup_first, "rollout": opening.rollout,
        });
        change.commit(Event { project: Some(id), action: Action::ProjectDeploy.into(), detail }).await?;
        Ok(operation)
    }

    /// The row of the member names the job, or the change is not committed.
    async fn record_member(
        &self,
        change: &mut Change,
        id: &ProjectId,
        operation: OperationId,
        rollout: Option<RolloutId>,
    ) -> Result<()> {
        let Some(rollout) = rollout else { return Ok(()) };
        change.in_term(self.0.term).await?;
        if change.begin_rollout_member(rollout, id, operation).await? { Ok(()) } else { Err(Error::Replan) }
    }
}

/// The columns that the request frees: only those that the preflight names.
fn free_columns(preflight: &Preflight, draft: &DeployDraft) -> Result<Vec<(String, String)>> {
    let columns = draft.columns()?;
    for (table, column) in &columns {
        if !preflight.leftover_columns().any(|known| known == (table.as_str(), column.as_str())) {
            return Err(problems::not_leftover(preflight, table, column).into());
        }
    }
    Ok(columns)
}

async fn record_deploy(
    change: &mut Change,
    input: &DeployInput,
    plan: &DeployPlan,
    operation: &Operation,
) -> Result<()> {
    let new = NewDeploy {
        id: input.deploy,
        project: &plan.project_id,
        operation: operation.id,
        kind: plan.kind,
        from: &input.from,
        to: &input.to,
        commit: &plan.commit,
        preflight: &plan.preflight,
        backup: input.backup,
    };
    Ok(change.begin_deploy(&new).await?)
}
