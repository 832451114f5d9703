//! The task that moves rollouts on. It holds nothing while it waits: each run reads the open rollouts with their members, decides,
//! and writes what is new. What a crash prevents is decided again by the next run.

use std::time::Duration;

use futures::StreamExt as _;
use model::{Actor, ProjectId, RolloutState, SystemEvent};
use serde_json::json;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::next::{Facts, Job, Member, Report, Then, next};
use super::{draft, health, problems};
use crate::context::{Authentication, Method};
use crate::deploys::{Deploys, MemberStart};
use crate::registry::{Event, MemberEnd, MemberRow, RolloutRow};
use crate::snapshot::Rows;
use crate::tasks::Schedule;
use crate::{Inner, OpContext, Result, snapshot};

/// Maximum time between two runs.
const PERIOD: Duration = Duration::from_secs(2);
/// Maximum duration of a run, which makes the preflights of the members that begin.
const DEADLINE: Duration = Duration::from_secs(300);
/// Rollouts that are moved on, and members of each that begin, at the same time.
const SIDE_BY_SIDE: usize = 8;

/// Moves rollouts on until `stop`.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let schedule = Schedule::new("rollouts", PERIOD.min(inner.settings.sweep), DEADLINE);
    inner.tasks.keep_woken(schedule, stop, || inner.rollouts.woken(), || look(inner)).await;
}

/// Looks at every open rollout. One that fails is looked at again the next time.
async fn look(inner: &Inner) -> Result<()> {
    let rows = inner.registry.open_rollouts().await?;
    inner.rollouts.set(&rows);
    let is_moving =
        |row: &&RolloutRow| row.rollout.state == RolloutState::Running || row.rollout.counts.running > 0;
    let moving: Vec<&RolloutRow> = rows.iter().filter(is_moving).collect();
    if moving.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = moving.iter().map(|row| row.rollout.id).collect();
    let (members, projects) = (inner.registry.rollout_members(&ids).await?, snapshot::rows(inner).await?);
    let (members, projects) = (&members, &*projects);
    let advance_one = |row: &RolloutRow| {
        let members = members.get(&row.rollout.id).map_or(&[][..], Vec::as_slice);
        let row = row.clone();
        async move {
            if let Err(error) = Box::pin(advance(inner, &row, members, projects)).await {
                let error = crate::chain(&error);
                tracing::warn!(rollout.id = %row.rollout.id, error, "moving a rollout on: {error}");
            }
        }
    };
    futures::stream::iter(moving).for_each_concurrent(SIDE_BY_SIDE, advance_one).await;
    Ok(())
}

async fn advance(inner: &Inner, row: &RolloutRow, members: &[MemberRow], projects: &Rows) -> Result<()> {
    let known: Vec<Member> = members.iter().map(|row| facts(inner, projects, row)).collect();
    let rollout = &row.rollout;
    let (state, options, now) = (rollout.state, &rollout.options, OffsetDateTime::now_utc());
    let decision = next(&Facts { state, options, now, members: &known });
    let reports = inner.registry.reports(inner.term);
    for (project, report) in &decision.reports {
        match report {
            Report::Bakes => reports.rollout_member_bakes(rollout.id, project).await?,
            Report::Succeeded => {
                reports.rollout_member_ended(rollout.id, project, &MemberEnd::Succeeded).await?;
            }
            Report::Failed(problem) => {
                let end = MemberEnd::Failed(problem.clone());
                reports.rollout_member_ended(rollout.id, project, &end).await?;
            }
        }
    }
    match decision.then {
        Then::Wait => Ok(()),
        Then::Begin(due) => begin(inner, row, &due).await,
        Then::Pause(project, problem) => pause(inner, row, &project, &problem).await,
        Then::End => end(inner, row).await,
    }
}

fn facts(inner: &Inner, projects: &Rows, row: &MemberRow) -> Member {
    let MemberRow { member, job } = row;
    Member {
        project: member.project_id.clone(),
        state: member.state,
        problem: member.problem.clone(),
        job: job.as_ref().map(|job| Job { status: job.status, problem: job.problem.clone() }),
        baking_since: member.baking_since,
        health: health::of(inner, projects, member),
    }
}

/// Begins these members side by side.
async fn begin(inner: &Inner, row: &RolloutRow, due: &[ProjectId]) -> Result<()> {
    let op = account(inner, row).await?;
    let begins = due.iter().map(|project| begin_one(inner, row, &op, project));
    let outcomes = futures::future::join_all(begins).await;
    outcomes.into_iter().collect()
}

async fn begin_one(inner: &Inner, row: &RolloutRow, op: &OpContext, project: &ProjectId) -> Result<()> {
    let (rollout, reports) = (&row.rollout, inner.registry.reports(inner.term));
    let draft = draft(&rollout.target, rollout.options);
    let start = Box::pin(Deploys::new(inner).begin_member(op, project, &draft, rollout.id)).await?;
    let end = match start {
        MemberStart::Begun | MemberStart::Changed => return Ok(()),
        MemberStart::Busy(job) => {
            let note = format!("Waits for the end of operation {job}");
            return Ok(reports.rollout_member_waits(rollout.id, project, &note).await?);
        }
        MemberStart::HasIt => MemberEnd::Skipped("It has this version".to_owned()),
        MemberStart::Blocked(problem) => {
            MemberEnd::Failed(problems::by_hand(*problem, project, &rollout.target).into())
        }
    };
    reports.rollout_member_ended(rollout.id, project, &end).await?;
    inner.rollouts.wake();
    Ok(())
}

/// The operator on whose account members are deployed, with the grants that they have now.
async fn account(inner: &Inner, row: &RolloutRow) -> Result<OpContext> {
    let actor = row.rollout.actor.clone();
    let Some(operator) = row.operator else { return Ok(OpContext::platform(actor)) };
    let grants = inner.registry.all_grants().await?.remove(&operator).unwrap_or_default();
    let (method, at) = (Method::Platform, OffsetDateTime::now_utc());
    let authentication = Authentication { method, at, factors: Vec::new() };
    Ok(OpContext::operator(actor, operator, grants, authentication))
}

/// Pauses, unless an operator cancelled meanwhile.
async fn pause(inner: &Inner, row: &RolloutRow, project: &ProjectId, problem: &model::Problem) -> Result<()> {
    let rollout = &row.rollout;
    let detail = json!({
        "rollout": rollout.id, "target": rollout.target.label(), "project": project, "problem": problem.title,
    });
    let event = Event { project: Some(project), action: SystemEvent::RolloutPaused.into(), detail };
    turn(inner, row, (RolloutState::Paused, Some(problem)), event).await
}

async fn end(inner: &Inner, row: &RolloutRow) -> Result<()> {
    let now =
        inner.registry.rollout(row.rollout.id).await?.map_or(row.rollout.counts, |row| row.rollout.counts);
    let detail = json!({
        "rollout": row.rollout.id, "target": row.rollout.target.label(), "succeeded": now.succeeded,
        "skipped": now.skipped,
    });
    let event = Event { project: None, action: SystemEvent::RolloutEnded.into(), detail };
    turn(inner, row, (RolloutState::Succeeded, None), event).await
}

/// Moves a running rollout to another state.
async fn turn(
    inner: &Inner,
    row: &RolloutRow,
    (state, problem): (RolloutState, Option<&model::Problem>),
    event: Event<'_>,
) -> Result<()> {
    let id = row.rollout.id;
    let mut change = inner.registry.change(&OpContext::platform(Actor::Schedule)).await?;
    change.in_term(inner.term).await?;
    if change.lock_rollout(id).await? != Some(RolloutState::Running) {
        return Ok(());
    }
    change.set_rollout_state(id, state, problem).await?;
    change.commit(event).await?;
    inner.rollouts.wake();
    Ok(())
}
