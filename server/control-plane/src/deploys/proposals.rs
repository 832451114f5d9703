//! Proposed deploys: commits that a push brought. They are information, and change nothing of a project.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{
    Action, Actor, CommitInfo, DeployProposal, Hint, Problem, ProjectId, RepoPath, Repository, SystemEvent,
    Target,
};
use serde_json::{Value, json};

use super::{Deploys, repository};
use crate::ports::schema_source::RepoAccess;
use crate::registry::{DueDelivery, Event, ProjectRecord};
use crate::{Inner, OpContext, Result, repositories, snapshot};

/// The proposals as of the last look, for the fleet page.
#[derive(Default)]
pub(crate) struct KnownProposals(Mutex<Arc<[DeployProposal]>>);

impl KnownProposals {
    pub(crate) fn get(&self) -> Arc<[DeployProposal]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether they are others than before.
    fn put(&self, proposals: Vec<DeployProposal>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = **known != *proposals;
        *known = proposals.into();
        changed
    }
}

/// Reads the proposals again, and tells open pages when they are others.
pub(crate) async fn refresh(inner: &Inner) -> Result<()> {
    if inner.proposals.put(inner.registry.deploy_proposals().await?) {
        inner.live.send(Hint::Fleet);
    }
    Ok(())
}

/// Proposes the newest commit of the default branch to each project of the repository whose schema file it changes, if one of the
/// deliveries is about that branch.
pub(crate) async fn propose(inner: &Inner, repository: &Repository, due: &[DueDelivery]) -> Result<()> {
    let access = repositories::access(inner, &repository.url).await?;
    let branch = inner.ports.schemas.test(&access).await?.default_branch;
    let Some(last) = due.iter().rfind(|delivery| Some(&delivery.branch) == branch.as_ref()) else {
        return Ok(());
    };
    let rows = snapshot::rows(inner).await?;
    let mut listed: BTreeMap<RepoPath, Vec<CommitInfo>> = BTreeMap::new();
    for record in rows.projects() {
        let schema = &record.project.schema_ref;
        let Some((_, path)) = schema.git().filter(|(repo, _)| **repo == repository.url) else { continue };
        if record.project.schema_version.is_none() {
            continue;
        }
        if !listed.contains_key(path) {
            listed.insert(path.clone(), commits(inner, &access, path).await?);
        }
        let ahead = repository::after(listed[path].clone(), schema.commit());
        if let Some(newest) = ahead.commits.into_iter().next() {
            propose_to(inner, (record, path), newest, last).await?;
        }
    }
    Ok(())
}

async fn commits(inner: &Inner, access: &RepoAccess, path: &RepoPath) -> Result<Vec<CommitInfo>> {
    Ok(inner.ports.schemas.commits(access, path, repository::COMMITS).await?)
}

async fn propose_to(
    inner: &Inner,
    (record, path): (&ProjectRecord, &RepoPath),
    commit: CommitInfo,
    due: &DueDelivery,
) -> Result<()> {
    let project = &record.project;
    let new = DeployProposal {
        project_id: project.id.clone(),
        commit,
        path: path.clone(),
        branch: due.branch.clone(),
        host: due.host,
        proposed_at: due.received_at,
    };
    let mut change = inner.registry.change(&OpContext::platform(Actor::Reconciler)).await?;
    change.in_term(inner.term).await?;
    if !change.propose_deploy(&new, project.schema_ref.commit().as_str()).await? {
        return Ok(());
    }
    let (action, detail) = (SystemEvent::DeployProposed.into(), detail(&new));
    Ok(change.commit(Event { project: Some(&project.id), action, detail }).await?)
}

fn detail(proposal: &DeployProposal) -> Value {
    json!({
        "commit": proposal.commit.sha, "summary": proposal.commit.summary, "author": proposal.commit.author,
        "path": proposal.path, "branch": proposal.branch, "host": proposal.host,
    })
}

impl Deploys<'_> {
    /// The proposed deploy of a project, if there is one. It is over when its commit or a later one was deployed.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn proposals(&self, op: &OpContext, id: &ProjectId) -> Result<Vec<DeployProposal>> {
        op.may(Action::ProjectView, Target::Project(id))?;
        self.record(id).await?;
        let mut proposals = self.0.registry.deploy_proposals().await?;
        proposals.retain(|proposal| proposal.project_id == *id);
        Ok(proposals)
    }

    /// Dismisses the proposed deploy of a project: the same commit is not proposed again. 404 if there is none.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn dismiss(&self, op: &OpContext, id: &ProjectId) -> Result<()> {
        op.may(Action::ProposalDismiss, Target::Project(id))?;
        let mut change = self.0.registry.change(op).await?;
        let proposal = change.dismiss_proposal(id).await?;
        let proposal = proposal.ok_or_else(|| Problem::not_found(format!("proposed deploy of {id}")))?;
        let (action, detail) = (Action::ProposalDismiss.into(), detail(&proposal));
        change.commit(Event { project: Some(id), action, detail }).await?;
        refresh(self.0).await
    }
}
