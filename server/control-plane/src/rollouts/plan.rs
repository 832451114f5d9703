//! What a rollout would do: the preflight of every member, in short.

use futures::StreamExt as _;
use model::{
    Action, DeployDraft, PlannedMember, PlannedOutcome, Problem, RolloutDraft, RolloutPlan, RolloutTarget,
    Target,
};

use super::members::Chosen;
use super::{Rollouts, draft, problems};
use crate::deploys::{Deploys, needs_confirmation, version_of};
use crate::registry::ProjectRecord;
use crate::{Error, OpContext, Result};

/// Preflights that are made at the same time.
const SIDE_BY_SIDE: usize = 4;

impl Rollouts<'_> {
    /// What the rollout would do now. Changes nothing.
    #[tracing::instrument(skip_all)]
    pub async fn plan(&self, op: &OpContext, typed: &RolloutDraft) -> Result<RolloutPlan> {
        op.may(Action::ProjectDeploy, Target::Anywhere)?;
        let request = typed.validate()?;
        let Chosen { target, members } = self.chosen(op, &request).await?;
        let draft = draft(&target, request.options);
        let (target_of, draft) = (&target, &draft);
        let checks: Vec<_> =
            members.iter().map(|record| Box::pin(self.planned(record, draft, target_of))).collect();
        let members: Vec<Result<PlannedMember>> =
            futures::stream::iter(checks).buffered(SIDE_BY_SIDE).collect().await;
        let members = members.into_iter().collect::<Result<_>>()?;
        Ok(RolloutPlan { target, members })
    }

    /// The preflight of one member. That the registry does not answer is an error; all else is said of the member.
    async fn planned(
        &self,
        record: &ProjectRecord,
        draft: &DeployDraft,
        target: &RolloutTarget,
    ) -> Result<PlannedMember> {
        let id = &record.project.id;
        let member = unchecked(record);
        let blocked = |member: PlannedMember, problem: Problem| PlannedMember {
            outcome: PlannedOutcome::Block,
            problem: Some(problems::by_hand(problem, id, target)),
            ..member
        };
        let deploys = Deploys::new(self.0);
        match deploys.has_version(record, draft).await {
            Ok(true) => return Ok(PlannedMember { outcome: PlannedOutcome::Skip, ..member }),
            Ok(false) => {}
            Err(error) => return said(error).map(|problem| blocked(member, problem)),
        }
        let plan = match deploys.plan(record, draft).await {
            Ok(plan) => plan,
            Err(error) => return said(error).map(|problem| blocked(member, problem)),
        };
        let member = PlannedMember {
            worst: plan.preflight.worst(),
            findings: u32::try_from(plan.preflight.findings.len()).unwrap_or(u32::MAX),
            rehearse: draft.rehearse.unwrap_or(plan.gate.rehearse),
            waits_for: plan.waits_for,
            ..member
        };
        if plan.gate.confirm {
            return Ok(blocked(member, needs_confirmation(id, &plan.preflight)));
        }
        match Deploys::admit(&plan, draft) {
            Ok(_) => Ok(member),
            Err(error) => said(error).map(|problem| blocked(member, problem)),
        }
    }
}

/// A member before its preflight.
fn unchecked(record: &ProjectRecord) -> PlannedMember {
    PlannedMember {
        project_id: record.project.id.clone(),
        class: record.project.class,
        from: version_of(record),
        outcome: PlannedOutcome::Deploy,
        worst: None,
        findings: 0,
        rehearse: false,
        waits_for: None,
        problem: None,
    }
}

/// What the error says of a member, unless it is one of the registry.
fn said(error: Error) -> Result<Problem> {
    match error {
        error @ Error::Registry(_) => Err(error),
        error => Ok(error.problem()),
    }
}
