//! What a rollout does next. Pure: rows in, decision out.

use std::time::Duration;

use model::{Health, OperationStatus, Problem, ProjectId, RolloutMemberState, RolloutOptions, RolloutState};
use time::OffsetDateTime;

use super::problems;

/// What is known of a rollout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) state: RolloutState,
    pub(super) options: &'a RolloutOptions,
    pub(super) now: OffsetDateTime,
    pub(super) members: &'a [Member],
}

/// What is known of a member.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) project: ProjectId,
    pub(super) state: RolloutMemberState,
    /// The problem of a failed one.
    pub(super) problem: Option<Problem>,
    /// Its job; `None` where it has none, or it was pruned.
    pub(super) job: Option<Job>,
    pub(super) baking_since: Option<OffsetDateTime>,
    /// Its health, if it was observed since `baking_since`.
    pub(super) health: Option<Health>,
}

/// How far the job of a member is.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) status: OperationStatus,
    pub(super) problem: Option<Problem>,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Decision {
    /// Reports on members under way.
    pub(super) reports: Vec<(ProjectId, Report)>,
    /// What the rollout does.
    pub(super) then: Then,
}

/// What happened to a member.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Report {
    /// It is the canary: from now on it has to stay healthy.
    Bakes,
    Succeeded,
    Failed(Box<Problem>),
}

/// What the rollout does.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Then {
    /// It waits, or it is paused or over.
    #[default]
    Wait,
    /// It begins these members.
    Begin(Vec<ProjectId>),
    /// This member failed with this problem.
    Pause(ProjectId, Box<Problem>),
    /// No member is left.
    End,
}

/// Decides. Until one member has succeeded, members go alone and have to stay healthy: the first one is the canary, or the next
/// one where the first was skipped.
pub(super) fn next(facts: &Facts<'_>) -> Decision {
    let mut members = facts.members.to_vec();
    let mut reports = Vec::new();
    for index in 0..members.len() {
        let Some(report) = report(facts, &members, &members[index]) else { continue };
        let member = &mut members[index];
        match &report {
            Report::Bakes => member.baking_since = Some(facts.now),
            Report::Succeeded => member.state = RolloutMemberState::Succeeded,
            Report::Failed(problem) => {
                member.state = RolloutMemberState::Failed;
                member.problem = Some((**problem).clone());
            }
        }
        reports.push((member.project.clone(), report));
    }
    Decision { reports, then: then(facts, &members) }
}

/// What is new of a member.
fn report(facts: &Facts<'_>, members: &[Member], member: &Member) -> Option<Report> {
    if member.state != RolloutMemberState::Running {
        return None;
    }
    let Some(job) = &member.job else {
        return Some(Report::Failed(problems::job_gone(&member.project).into()));
    };
    match job.status {
        status if !status.is_over() => None,
        OperationStatus::Succeeded => verified(facts, members, member),
        _ => {
            let problem = job.problem.clone().unwrap_or_else(|| problems::not_deployed(&member.project));
            Some(Report::Failed(problem.into()))
        }
    }
}

/// Whether a member whose deploy succeeded is done.
fn verified(facts: &Facts<'_>, members: &[Member], member: &Member) -> Option<Report> {
    let bake = Duration::from_secs(u64::from(facts.options.bake_s));
    // nothing waits for the canary of a rollout that is over
    if bake.is_zero() || has_succeeded(members) || facts.state.is_over() {
        return Some(Report::Succeeded);
    }
    let Some(since) = member.baking_since else { return Some(Report::Bakes) };
    match member.health? {
        bad @ (Health::Down | Health::Degraded | Health::Suspended) => {
            Some(Report::Failed(problems::not_healthy(&member.project, bad).into()))
        }
        Health::Healthy if facts.now >= since + bake => Some(Report::Succeeded),
        Health::Healthy | Health::Unknown | Health::Progressing | Health::Maintenance => None,
    }
}

fn then(facts: &Facts<'_>, members: &[Member]) -> Then {
    if facts.state != RolloutState::Running {
        return Then::Wait;
    }
    let count = |state| members.iter().filter(|member| member.state == state).count();
    if let Some(failed) = members.iter().find(|member| member.state == RolloutMemberState::Failed) {
        let problem = failed.problem.clone().unwrap_or_else(|| problems::not_deployed(&failed.project));
        return Then::Pause(failed.project.clone(), problem.into());
    }
    let running = count(RolloutMemberState::Running);
    let waiting = members.iter().filter(|member| member.state == RolloutMemberState::Waiting);
    let limit = if has_succeeded(members) { usize::from(facts.options.at_once) } else { 1 };
    let due: Vec<ProjectId> =
        waiting.take(limit.saturating_sub(running)).map(|member| member.project.clone()).collect();
    match (due.is_empty(), running + count(RolloutMemberState::Waiting)) {
        (false, _) => Then::Begin(due),
        (true, 0) => Then::End,
        (true, _) => Then::Wait,
    }
}

fn has_succeeded(members: &[Member]) -> bool {
    members.iter().any(|member| member.state == RolloutMemberState::Succeeded)
}

#[cfg(test)]
mod tests;
