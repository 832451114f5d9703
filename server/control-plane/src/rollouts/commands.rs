//! Commands on rollouts. Every command writes its event in the same transaction.

use model::{
    Action, ProjectId, ResumeDraft, Rollout, RolloutDraft, RolloutId, RolloutMemberState, RolloutState,
    SystemEvent, Target,
};
use serde_json::json;
use uuid::Uuid;

use super::members::Chosen;
use super::{Rollouts, problems};
use crate::registry::{Change, Event, NewRollout, RolloutRow};
use crate::{OpContext, Result};

impl Rollouts<'_> {
    /// Begins a rollout. Needs the right to deploy every member. The engine deploys its first member.
    #[tracing::instrument(skip_all)]
    pub async fn begin(&self, op: &OpContext, draft: &RolloutDraft) -> Result<Rollout> {
        op.may(Action::ProjectDeploy, Target::Anywhere)?;
        let request = draft.validate()?;
        let Chosen { target, members } = self.chosen(op, &request).await?;
        let projects: Vec<ProjectId> = members.into_iter().map(|record| record.project.id).collect();
        let id = RolloutId::from(Uuid::now_v7());
        let new = NewRollout {
            id,
            target: &target,
            options: &request.options,
            reason: &request.reason,
            operator: op.operator_id(),
            projects: &projects,
        };
        let mut change = self.0.registry.change(op).await?;
        change.begin_rollout(&new).await?;
        let detail = json!({
            "rollout": id, "target": target.label(), "members": projects.len(), "reason": request.reason,
            "at_once": request.options.at_once, "bake_s": request.options.bake_s,
        });
        let action = SystemEvent::RolloutBegun.into();
        change.commit(Event { project: None, action, detail }).await?;
        self.0.rollouts.wake();
        self.get(op, id).await
    }

    /// Resumes a paused rollout: members that failed are tried again, or passed over. The rest is deployed on the account of the
    /// caller.
    #[tracing::instrument(skip_all, fields(rollout.id = %id))]
    pub async fn resume(&self, op: &OpContext, id: RolloutId, draft: &ResumeDraft) -> Result<Rollout> {
        let row = self.find_left(op, id).await?;
        let mut change = self.locked(op, &row, &[RolloutState::Paused], "paused").await?;
        let skip = draft.skip.then_some("An operator passed over it after it had failed");
        let failed = change.release_failed_members(id, skip).await?;
        change.take_rollout_over(id, op.operator_id()).await?;
        change.set_rollout_state(id, RolloutState::Running, None).await?;
        let detail = json!({
            "rollout": id, "target": row.rollout.target.label(), "skip": draft.skip, "projects": failed,
        });
        let action = SystemEvent::RolloutResumed.into();
        change.commit(Event { project: None, action, detail }).await?;
        self.0.rollouts.wake();
        self.get(op, id).await
    }

    /// Ends a rollout that is not over: no member begins any more. Members under way finish.
    #[tracing::instrument(skip_all, fields(rollout.id = %id))]
    pub async fn cancel(&self, op: &OpContext, id: RolloutId) -> Result<Rollout> {
        let row = self.find_left(op, id).await?;
        let open = [RolloutState::Running, RolloutState::Paused];
        let mut change = self.locked(op, &row, &open, "running or paused").await?;
        let skipped = change.skip_waiting_members(id, "The rollout was cancelled").await?;
        change.set_rollout_state(id, RolloutState::Cancelled, None).await?;
        let detail = json!({"rollout": id, "target": row.rollout.target.label(), "skipped": skipped});
        let action = SystemEvent::RolloutCancelled.into();
        change.commit(Event { project: None, action, detail }).await?;
        self.0.rollouts.wake();
        self.get(op, id).await
    }

    /// The rollout, if the caller may deploy every member that is left.
    async fn find_left(&self, op: &OpContext, id: RolloutId) -> Result<RolloutRow> {
        op.may(Action::ProjectDeploy, Target::Anywhere)?;
        let row = self.find(op, id).await?;
        let members = self.0.registry.rollout_members(&[id]).await?.remove(&id).unwrap_or_default();
        for member in members.iter().map(|row| &row.member) {
            if !matches!(member.state, RolloutMemberState::Succeeded | RolloutMemberState::Skipped) {
                op.may(Action::ProjectDeploy, Target::Project(&member.project_id))?;
            }
        }
        Ok(row)
    }

    /// A change with the lock of a rollout that is in one of these states.
    async fn locked(
        &self,
        op: &OpContext,
        row: &RolloutRow,
        states: &[RolloutState],
        wanted: &str,
    ) -> Result<Change> {
        let id = row.rollout.id;
        let mut change = self.0.registry.change(op).await?;
        let state = change.lock_rollout(id).await?.unwrap_or(row.rollout.state);
        if !states.contains(&state) {
            return Err(problems::not_in_state(id, state, wanted).into());
        }
        Ok(change)
    }
}
