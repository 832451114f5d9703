//! Rollouts: what one would do, how far it is.

use model::{
    Page, PlannedMember, PlannedOutcome, Rollout, RolloutCounts, RolloutMember, RolloutPlan, RolloutState,
};
use time::OffsetDateTime;

use super::words::ago;
use super::{Fact, facts, problem, table};

/// What a rollout would do.
pub fn plan(plan: &RolloutPlan) -> String {
    let row = |(index, member): (usize, &PlannedMember)| {
        let outcome = match member.outcome {
            PlannedOutcome::Deploy => "deploy",
            PlannedOutcome::Skip => "skip",
            PlannedOutcome::Block => "block",
        };
        let worst = member.worst.map_or("-", |class| class.label());
        [
            (index + 1).to_string(),
            member.project_id.to_string(),
            member.class.to_string(),
            member.from.schema_ref.commit().short().to_owned(),
            outcome.to_owned(),
            worst.to_owned(),
            what(member),
        ]
    };
    let head = ["", "PROJECT", "CLASS", "FROM", "OUTCOME", "WORST FINDING", "WHY"];
    let rows = table(head, plan.members.iter().enumerate().map(row), "No project.");
    let [deploy, skip, block] = [PlannedOutcome::Deploy, PlannedOutcome::Skip, PlannedOutcome::Block]
        .map(|outcome| plan.count(outcome));
    format!("{}: {deploy} to deploy, {skip} to skip, {block} would pause it.\n\n{rows}", plan.target.label())
}

fn what(member: &PlannedMember) -> String {
    let waits = member.waits_for.map(|operation| format!("waits for operation {operation}"));
    let problem = member.problem.as_ref().map(|problem| format!("{}. {}", problem.title, problem.detail));
    let has_it = (member.outcome == PlannedOutcome::Skip).then(|| "it has this version".to_owned());
    problem.or(has_it).or(waits).unwrap_or_else(|| "-".to_owned())
}

/// Rollouts.
pub fn rows(page: &Page<Rollout>, now: OffsetDateTime) -> String {
    let row = |rollout: &Rollout| {
        [
            rollout.id.to_string(),
            rollout.state.to_string(),
            rollout.target.label(),
            progress(&rollout.counts),
            rollout.actor.label(),
            ago(rollout.begun_at, now),
            rollout.reason.clone(),
        ]
    };
    let head = ["ROLLOUT", "STATE", "TARGET", "DONE", "BY", "BEGUN", "REASON"];
    let mut text = table(head, page.items.iter().map(row), "No rollout.");
    if let Some(cursor) = &page.next_cursor {
        text = format!("{text}\nOlder ones: --cursor {cursor}");
    }
    text
}

fn progress(counts: &RolloutCounts) -> String {
    let failed = if counts.failed > 0 { format!(", {} failed", counts.failed) } else { String::new() };
    format!("{} of {}{failed}", counts.done(), counts.total())
}

/// One rollout.
pub fn page(rollout: &Rollout, now: OffsetDateTime) -> String {
    let options = &rollout.options;
    let lines: [Fact; 8] = [
        ("rollout", Some(rollout.id.to_string())),
        ("state", Some(rollout.state.to_string())),
        ("target", Some(rollout.target.label())),
        ("done", Some(progress(&rollout.counts))),
        ("reason", Some(rollout.reason.clone())),
        ("begun", Some(format!("{}, by {}", ago(rollout.begun_at, now), rollout.actor.label()))),
        ("at once", Some(format!("{} after the first one", options.at_once))),
        ("first one", Some(format!("has to stay healthy for {} s", options.bake_s))),
    ];
    let row = |member: &RolloutMember| {
        let problem = member.problem.as_ref().map(|problem| problem.title.clone());
        let bakes =
            member.baking_since.filter(|_| member.ended_at.is_none()).map(|_| "has to stay healthy".into());
        [
            member.position.to_string(),
            member.project_id.to_string(),
            member.state.to_string(),
            member.operation_id.map_or_else(|| "-".into(), |operation| operation.to_string()),
            problem.or_else(|| member.note.clone()).or(bakes).unwrap_or_else(|| "-".into()),
        ]
    };
    let head = ["", "PROJECT", "STATE", "OPERATION", "WHY"];
    let text = format!("{}\n{}", facts(lines), table(head, rollout.members.iter().map(row), "No member."));
    let Some(found) = &rollout.problem else { return text };
    let mut text = format!("{text}\n\n{}", problem::text(found));
    if rollout.state == RolloutState::Paused {
        let id = rollout.id;
        text = format!(
            "{text}\n\nTo try it again: atomoctl rollout resume {id}. To pass over it: atomoctl rollout resume {id} --skip."
        );
    }
    text
}
