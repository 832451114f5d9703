//! The deploy of a member of a rollout: as any other, but it answers no question and is opened together with the member's row.

use model::{Action, DeployDraft, OperationId, Problem, ProblemKind, ProjectId, RolloutId, Target};

use super::commands::Opening;
use super::plan::version_of;
use super::{Deploys, problems};
use crate::registry::{ProjectRecord, RegistryError};
use crate::{Error, OpContext, Result, backups};

/// What became of the attempt to begin a member.
#[derive(Debug)]
pub(crate) enum MemberStart {
    /// Its job is open, and its row says so.
    Begun,
    /// It has the version.
    HasIt,
    /// This job works on the project; tried again later.
    Busy(OperationId),
    /// The rollout, the project or the term of the engine has changed meanwhile; nothing was begun.
    Changed,
    /// It cannot be deployed without a person.
    Blocked(Box<Problem>),
}

impl Deploys<'_> {
    /// Begins the member, unless it has the version, or another job works on it.
    #[tracing::instrument(skip_all, fields(project.id = %id, rollout.id = %rollout))]
    pub(crate) async fn begin_member(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: &DeployDraft,
        rollout: RolloutId,
    ) -> Result<MemberStart> {
        match Box::pin(self.try_member(op, id, draft, rollout)).await {
            Ok(start) => Ok(start),
            Err(Error::Replan | Error::Registry(RegistryError::NotOurs)) => Ok(MemberStart::Changed),
            Err(error @ Error::Registry(_)) => Err(error),
            Err(error) => Ok(match error.problem() {
                Problem { kind: ProblemKind::Conflict, operation: Some(job), .. } => MemberStart::Busy(job),
                problem => MemberStart::Blocked(problem.into()),
            }),
        }
    }

    async fn try_member(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: &DeployDraft,
        rollout: RolloutId,
    ) -> Result<MemberStart> {
        op.may(Action::ProjectDeploy, Target::Project(id))?;
        let record = self.record(id).await?;
        if self.has_version(&record, draft).await? {
            return Ok(MemberStart::HasIt);
        }
        // asked before the preflight, which counts rows
        if let Some(job) = self.busy_with(&record).await? {
            return Ok(MemberStart::Busy(job));
        }
        let plan = self.plan(&record, draft).await?;
        if plan.gate.confirm {
            return Ok(MemberStart::Blocked(problems::needs_confirmation(id, &plan.preflight).into()));
        }
        let opening = Opening { key: None, rollout: Some(rollout) };
        self.open(op, id, Self::admitted(&record, plan, draft)?, opening).await?;
        Ok(MemberStart::Begun)
    }

    /// Whether the project is declared with what the draft names.
    pub(crate) async fn has_version(&self, record: &ProjectRecord, draft: &DeployDraft) -> Result<bool> {
        let from = version_of(record);
        Ok(self.wanted(&from, draft).await? == from)
    }

    /// The job that a deploy of the project would have to wait for.
    async fn busy_with(&self, record: &ProjectRecord) -> Result<Option<OperationId>> {
        match record.exclusive_job {
            Some(job) => Ok(Some(job)),
            None => backups::open_recovery(self.0, &record.project.id).await,
        }
    }
}
