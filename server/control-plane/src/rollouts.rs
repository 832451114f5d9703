//! Rollouts: one version for many projects. One member goes first and has to stay healthy; then the rest follows, and the first
//! failure pauses the rollout.
//!
//! Every member is an ordinary deploy, opened in one transaction with the row of the member, so a crash leaves either both or
//! none. The engine reads rows and decides by a pure function ([`next`]). `docs/rollouts.md` describes rollouts for operators.

mod commands;
mod engine;
mod health;
mod known;
mod members;
mod next;
mod plan;
mod problems;

use model::{
    Action, DeployDraft, Page, Problem, ProjectId, Rollout, RolloutId, RolloutOptions, RolloutTarget, Target,
};

use crate::registry::RolloutRow;
use crate::{Inner, OpContext, Result};
pub(crate) use engine::run;
pub(crate) use known::KnownRollouts;

/// Rollouts on one page of a list.
const PAGE: i64 = 50;

/// Rollouts.
pub struct Rollouts<'a>(&'a Inner);

impl<'a> Rollouts<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The rollouts with a member that the caller may see, the newest first, those before `before`, at most 50 a page.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext, before: Option<RolloutId>) -> Result<Page<Rollout>> {
        op.may(Action::ProjectView, Target::Anywhere)?;
        let rows = self.0.registry.rollouts(before, PAGE).await?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
        let next_cursor = rows.last().filter(|_| is_full).map(|last| last.rollout.id.to_string());
        Ok(Page { items: visible(op, rows), next_cursor })
    }

    /// The paused rollouts with a member that the caller may see, the oldest first, without members. From memory.
    pub(crate) fn paused(&self, op: &OpContext) -> Vec<Rollout> {
        visible(op, self.0.rollouts.paused())
    }

    /// One rollout with the members that the caller may see.
    #[tracing::instrument(skip_all, fields(rollout.id = %id))]
    pub async fn get(&self, op: &OpContext, id: RolloutId) -> Result<Rollout> {
        let mut rollout = self.find(op, id).await?.rollout;
        let mut members = self.0.registry.rollout_members(&[id]).await?;
        let members = members.remove(&id).unwrap_or_default().into_iter().map(|row| row.member);
        rollout.members = members
            .filter(|member| op.can(Action::ProjectView, Target::Project(&member.project_id)))
            .map(|mut member| {
                member.problem = op.redacted(Target::Project(&member.project_id), member.problem);
                member
            })
            .collect();
        Ok(rollout)
    }

    /// The row, if the caller may see one of its members.
    async fn find(&self, op: &OpContext, id: RolloutId) -> Result<RolloutRow> {
        op.may(Action::ProjectView, Target::Anywhere)?;
        let row = self.0.registry.rollout(id).await?;
        let row = row.filter(|row| is_seen(op, &row.projects)).map(|row| shown(op, row));
        Ok(row.ok_or_else(|| Problem::not_found(format!("rollout {id}")))?)
    }
}

fn visible(op: &OpContext, rows: Vec<RolloutRow>) -> Vec<Rollout> {
    let seen = rows.into_iter().filter(|row| is_seen(op, &row.projects));
    seen.map(|row| shown(op, row).rollout).collect()
}

fn is_seen(op: &OpContext, projects: &[ProjectId]) -> bool {
    projects.iter().any(|id| op.can(Action::ProjectView, Target::Project(id)))
}

/// The problem of a pause may have lines of the log of any member.
fn shown(op: &OpContext, mut row: RolloutRow) -> RolloutRow {
    let hidden = row.projects.iter().any(|id| !op.can(Action::ProjectLogs, Target::Project(id)));
    if let Some(problem) = row.rollout.problem.as_mut().filter(|_| hidden) {
        problem.log = Vec::new();
    }
    row
}

/// The deploy of a member.
fn draft(target: &RolloutTarget, options: RolloutOptions) -> DeployDraft {
    let RolloutOptions { at_once: _, bake_s: _, backup_first, pause, rehearse } = options;
    let draft = DeployDraft { backup_first, pause, rehearse, ..DeployDraft::default() };
    match target {
        RolloutTarget::Schema { schema_ref } => DeployDraft {
            r#ref: schema_ref.commit().to_string(),
            repo: schema_ref.repo().map(ToString::to_string).unwrap_or_default(),
            path: schema_ref.path().to_string(),
            ..draft
        },
        RolloutTarget::Release { release } => DeployDraft { release: release.to_string(), ..draft },
    }
}
