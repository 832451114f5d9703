//! Deploys: a project that has run gets another commit of its schema, or another release.
//!
//! A deploy is a job ([`job`]): backup, rehearsal on a copy, the change, the proof. What the change does to the database is said before
//! it is requested ([`preflight`]). A change that fails is taken back by the same job ([`change`]). `docs/deploys.md` describes
//! deploys for operators.

mod change;
mod commands;
mod input;
mod job;
mod member;
mod plan;
pub mod preflight;
mod problems;
mod proof;
pub(crate) mod proposals;
mod rehearsal;
mod repository;
mod undo;
mod version;

use model::{Action, BackupState, Deploy, DeployId, DeployState, Page, Problem, ProjectId, Target};
use time::OffsetDateTime;

use crate::{Inner, OpContext, Result};
pub(crate) use job::SchemaUpdate;
pub(crate) use member::MemberStart;
pub(crate) use plan::version_of;
pub(crate) use problems::needs_confirmation;

/// Deploys on one page of a list.
const PAGE: i64 = 50;

/// Deploys.
pub struct Deploys<'a>(&'a Inner);

impl<'a> Deploys<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The deploys of a project, the newest first, those before `before`, 50 a page. They outlive the project.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn list(
        &self,
        op: &OpContext,
        id: &ProjectId,
        before: Option<DeployId>,
    ) -> Result<Page<Deploy>> {
        op.may(Action::ProjectView, Target::Project(id))?;
        let mut items = self.0.registry.deploys_of(id, before, PAGE + 1).await?;
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let more = items.len() > page;
        items.truncate(page);
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        if before.is_none() {
            self.offer_undo(id, &mut items).await?;
        }
        Ok(Page { items, next_cursor })
    }

    /// One deploy.
    #[tracing::instrument(skip_all, fields(deploy.id = %deploy))]
    pub async fn get(&self, op: &OpContext, deploy: DeployId) -> Result<Deploy> {
        op.may(Action::ProjectView, Target::Anywhere)?;
        let mut found = self.find(op, Action::ProjectView, deploy).await?;
        let id = found.project_id.clone();
        if let Some(last) = self.0.registry.last_deploy(&id).await?.filter(|last| last.id == deploy) {
            let mut one = [last];
            self.offer_undo(&id, &mut one).await?;
            let [last] = one;
            found.undo_until = last.undo_until;
        }
        Ok(found)
    }

    /// The deploy, after the caller was allowed the action on its project.
    async fn find(&self, op: &OpContext, action: Action, deploy: DeployId) -> Result<Deploy> {
        op.may(action, Target::Anywhere)?;
        let found = self.0.registry.deploy(deploy).await?;
        let found = found.ok_or_else(|| Problem::not_found(format!("deploy {deploy}")))?;
        op.may(action, Target::Project(&found.project_id))?;
        Ok(found)
    }

    /// Marks the last deploy that succeeded, if it can be undone with its data: the project still runs its version, and the backup
    /// that was taken before it exists.
    async fn offer_undo(&self, id: &ProjectId, deploys: &mut [Deploy]) -> Result<()> {
        let Some(last) = deploys.iter_mut().find(|deploy| deploy.state == DeployState::Succeeded) else {
            return Ok(());
        };
        let (Some(backup), Some(ended_at)) = (last.backup_id, last.ended_at) else { return Ok(()) };
        let until = ended_at + self.0.settings.deploys.undo;
        let Some(record) = self.0.registry.project(id).await? else { return Ok(()) };
        if until < OffsetDateTime::now_utc() || plan::version_of(&record) != last.to {
            return Ok(());
        }
        let backup = self.0.registry.backup(backup).await?;
        let is_there = backup.is_some_and(|record| record.backup.state == BackupState::Complete);
        last.undo_until = is_there.then_some(until);
        Ok(())
    }
}
