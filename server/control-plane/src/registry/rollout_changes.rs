//! Beginning rollouts, and moving them and their members on. Every move names the states that it starts from.

use model::{
    OperationId, OperatorId, Problem, ProjectId, RolloutId, RolloutMemberState, RolloutOptions, RolloutState,
    RolloutTarget,
};

use super::{Change, RegistryError, Reports, Result};

/// A rollout to be begun.
#[derive(Debug, Clone)]
pub struct NewRollout<'a> {
    /// Its id.
    pub id: RolloutId,
    /// What it brings.
    pub target: &'a RolloutTarget,
    /// How.
    pub options: &'a RolloutOptions,
    /// Why.
    pub reason: &'a str,
    /// The operator who begins it; `None` for the host.
    pub operator: Option<OperatorId>,
    /// The members in their order.
    pub projects: &'a [ProjectId],
}

/// The end of a member.
#[derive(Debug, Clone)]
pub enum MemberEnd {
    /// It runs the version.
    Succeeded,
    /// It did not come about.
    Failed(Box<Problem>),
    /// It was not deployed, for this reason.
    Skipped(String),
}

impl MemberEnd {
    const fn state(&self) -> RolloutMemberState {
        match self {
            Self::Succeeded => RolloutMemberState::Succeeded,
            Self::Failed(_) => RolloutMemberState::Failed,
            Self::Skipped(_) => RolloutMemberState::Skipped,
        }
    }
}

impl Change {
    /// Begins a rollout with all members waiting.
    pub async fn begin_rollout(&mut self, new: &NewRollout<'_>) -> Result<()> {
        let doing = RegistryError::sql("beginning a rollout");
        let actor = self.actor().to_string();
        sqlx::query!(
            "insert into rollouts (id, target, options, reason, actor, operator_id) values ($1, $2, $3, $4, $5, $6)",
            new.id.as_uuid(),
            serde_json::json!(new.target),
            serde_json::json!(new.options),
            new.reason,
            actor,
            new.operator.map(|operator| operator.as_uuid())
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        let projects: Vec<&str> = new.projects.iter().map(ProjectId::as_str).collect();
        sqlx::query!(
            "insert into rollout_members (rollout_id, position, project_id)
             select $1, position::int, id from unnest($2::text[]) with ordinality member (id, position)",
            new.id.as_uuid(),
            &projects as _
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        Ok(())
    }

    /// Locks a rollout for the rest of the change and returns its state; `None` where there is none.
    pub async fn lock_rollout(&mut self, id: RolloutId) -> Result<Option<RolloutState>> {
        let state = sqlx::query_scalar!("select state from rollouts where id = $1 for update", id.as_uuid())
            .fetch_optional(self.connection())
            .await
            .map_err(RegistryError::sql("locking a rollout"))?;
        let read = |state: String| {
            let wrong = |fault: model::Invalid| RegistryError::Row {
                table: "rollouts",
                id: id.to_string(),
                reason: format!("state: {fault}"),
            };
            state.parse().map_err(wrong)
        };
        state.map(read).transpose()
    }

    /// The job of a waiting member was opened in this change. `false` where the rollout does not run any more or the member does
    /// not wait: then the change must not be committed.
    pub async fn begin_rollout_member(
        &mut self,
        id: RolloutId,
        project: &ProjectId,
        operation: OperationId,
    ) -> Result<bool> {
        if self.lock_rollout(id).await? != Some(RolloutState::Running) {
            return Ok(false);
        }
        let done = sqlx::query!(
            "update rollout_members set state = 'running', operation_id = $3, began_at = now(), note = null
             where rollout_id = $1 and project_id = $2 and state = 'waiting'",
            id.as_uuid(),
            project.as_str(),
            operation.as_uuid()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("beginning a member of a rollout"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Sets the state, with the reason of a pause. The caller of this function holds the lock and has judged the state.
    pub async fn set_rollout_state(
        &mut self,
        id: RolloutId,
        state: RolloutState,
        problem: Option<&Problem>,
    ) -> Result<()> {
        sqlx::query!(
            "update rollouts set state = $2, problem = $3, changed_at = now(), ended_at = case when $4 then now() end
             where id = $1",
            id.as_uuid(),
            state.as_str(),
            problem.map(|problem| serde_json::json!(problem)),
            state.is_over()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("moving a rollout on"))?;
        Ok(())
    }

    /// The members that failed wait again, or are skipped for this reason. Returns their projects in their order.
    pub async fn release_failed_members(&mut self, id: RolloutId, skip: Option<&str>) -> Result<Vec<String>> {
        sqlx::query_scalar!(
            "with failed as (
               update rollout_members
               set state = case when $2::text is null then 'waiting' else 'skipped' end, note = $2,
                   problem = case when $2 is null then null else problem end,
                   operation_id = case when $2 is null then null else operation_id end,
                   began_at = case when $2 is null then null else began_at end, baking_since = null,
                   ended_at = case when $2 is null then null else ended_at end
               where rollout_id = $1 and state = 'failed' returning position, project_id)
             select project_id from failed order by position",
            id.as_uuid(),
            skip
        )
        .fetch_all(self.connection())
        .await
        .map_err(RegistryError::sql("resuming a rollout"))
    }

    /// From now on members are deployed on the account of this caller.
    pub async fn take_rollout_over(&mut self, id: RolloutId, operator: Option<OperatorId>) -> Result<()> {
        let actor = self.actor().to_string();
        sqlx::query!(
            "update rollouts set actor = $2, operator_id = $3 where id = $1",
            id.as_uuid(),
            actor,
            operator.map(|operator| operator.as_uuid())
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("resuming a rollout"))?;
        Ok(())
    }

    /// The members that wait are skipped for this reason. Returns how many there were.
    pub async fn skip_waiting_members(&mut self, id: RolloutId, note: &str) -> Result<u64> {
        let done = sqlx::query!(
            "update rollout_members set state = 'skipped', note = $2, ended_at = now()
             where rollout_id = $1 and state = 'waiting'",
            id.as_uuid(),
            note
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("cancelling a rollout"))?;
        Ok(done.rows_affected())
    }
}

impl Reports<'_> {
    /// A waiting or running member is over. Nothing where it was over before.
    pub async fn rollout_member_ended(
        &self,
        id: RolloutId,
        project: &ProjectId,
        end: &MemberEnd,
    ) -> Result<()> {
        let (problem, note) = match end {
            MemberEnd::Succeeded => (None, None),
            MemberEnd::Failed(problem) => (Some(serde_json::json!(problem)), None),
            MemberEnd::Skipped(note) => (None, Some(note.as_str())),
        };
        sqlx::query!(
            "update rollout_members set state = $3, problem = $4, note = $5, ended_at = now()
             where rollout_id = $1 and project_id = $2 and state in ('waiting', 'running')
               and exists (select from engine where term = $6)",
            id.as_uuid(),
            project.as_str(),
            end.state().as_str(),
            problem,
            note,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting a member of a rollout"))?;
        Ok(())
    }

    /// The deploy of the canary has succeeded; from now on it has to stay healthy.
    pub async fn rollout_member_bakes(&self, id: RolloutId, project: &ProjectId) -> Result<()> {
        sqlx::query!(
            "update rollout_members set baking_since = now()
             where rollout_id = $1 and project_id = $2 and state = 'running' and baking_since is null
               and exists (select from engine where term = $3)",
            id.as_uuid(),
            project.as_str(),
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting a member of a rollout"))?;
        Ok(())
    }

    /// What a waiting member waits for.
    pub async fn rollout_member_waits(&self, id: RolloutId, project: &ProjectId, note: &str) -> Result<()> {
        sqlx::query!(
            "update rollout_members set note = $3
             where rollout_id = $1 and project_id = $2 and state = 'waiting' and note is distinct from $3
               and exists (select from engine where term = $4)",
            id.as_uuid(),
            project.as_str(),
            note,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting a member of a rollout"))?;
        Ok(())
    }
}
