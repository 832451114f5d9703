//! Tests of the decision, by table: members as words, decision as words.

use model::{
    Health, OperationStatus, Problem, ProblemKind, RolloutMemberState, RolloutOptions, RolloutState,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::{Decision, Facts, Job, Member, Report, Then, next};

const NOW: OffsetDateTime = datetime!(2026-12-01 12:00 UTC);

/// `waiting`, `open`, `deployed`, `baking healthy 30`, `broken`, `lost`, `succeeded`, `failed` or `skipped`.
fn member(index: usize, words: &str) -> Member {
    let running = RolloutMemberState::Running;
    let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
    let (state, status) = match word {
        "open" => (running, Some(OperationStatus::Running)),
        "deployed" | "baking" => (running, Some(OperationStatus::Succeeded)),
        "broken" => (running, Some(OperationStatus::Failed)),
        "lost" => (running, None),
        other => (other.parse().unwrap(), None),
    };
    let problem = Problem::new(ProblemKind::Refused, "It does not start", "");
    let (health, seconds) = rest.split_once(' ').unwrap_or(("", "0"));
    let since = NOW - Duration::seconds(seconds.parse().unwrap());
    Member {
        project: format!("p-{}", index + 1).parse().unwrap(),
        state,
        problem: (word == "failed").then(|| problem.clone()),
        job: status
            .map(|status| Job { status, problem: (status == OperationStatus::Failed).then_some(problem) }),
        baking_since: (word == "baking").then_some(since),
        health: health.parse::<Health>().ok(),
    }
}

fn decide(state: RolloutState, at_once: u8, bake_s: u32, members: &[&str]) -> String {
    let options = RolloutOptions { at_once, bake_s, backup_first: true, pause: false, rehearse: None };
    let members: Vec<Member> =
        members.iter().enumerate().map(|(index, words)| member(index, words)).collect();
    words(&next(&Facts { state, options: &options, now: NOW, members: &members }))
}

fn words(decision: &Decision) -> String {
    let report = |(project, report): &(model::ProjectId, Report)| match report {
        Report::Bakes => format!("{project} bakes"),
        Report::Succeeded => format!("{project} succeeded"),
        Report::Failed(problem) => format!("{project} failed: {}", problem.title),
    };
    let mut words: Vec<String> = decision.reports.iter().map(report).collect();
    match &decision.then {
        Then::Wait => {}
        Then::Begin(ids) => {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            words.push(format!("begin {}", ids.join(" ")));
        }
        Then::Pause(project, problem) => words.push(format!("pause at {project}: {}", problem.title)),
        Then::End => words.push("end".to_owned()),
    }
    words.join(", ")
}

#[test]
fn the_canary_goes_alone_and_has_to_stay_healthy() {
    let running = |members: &[&str]| decide(RolloutState::Running, 4, 60, members);
    assert_eq!(running(&["waiting", "waiting", "waiting"]), "begin p-1");
    assert_eq!(running(&["open", "waiting", "waiting"]), "");
    assert_eq!(running(&["deployed", "waiting", "waiting"]), "p-1 bakes");
    assert_eq!(running(&["baking healthy 59", "waiting", "waiting"]), "");
    assert_eq!(running(&["baking unknown 90", "waiting", "waiting"]), "");
    assert_eq!(running(&["baking", "waiting", "waiting"]), "", "not observed since");
    assert_eq!(running(&["baking healthy 60", "waiting", "waiting"]), "p-1 succeeded, begin p-2 p-3");
    let failed = "p-1 failed: p-1 did not stay healthy, pause at p-1: p-1 did not stay healthy";
    assert_eq!(running(&["baking down 10", "waiting"]), failed);
}

#[test]
fn the_next_one_is_the_canary_where_the_first_was_skipped() {
    let running = |members: &[&str]| decide(RolloutState::Running, 4, 60, members);
    assert_eq!(running(&["skipped", "waiting", "waiting"]), "begin p-2");
    assert_eq!(running(&["skipped", "deployed", "waiting"]), "p-2 bakes");
    assert_eq!(running(&["succeeded", "deployed", "waiting"]), "p-2 succeeded, begin p-3");
}

#[test]
fn without_a_bake_the_rest_follows_at_once() {
    let running = |members: &[&str]| decide(RolloutState::Running, 2, 0, members);
    assert_eq!(running(&["deployed", "waiting", "waiting", "waiting"]), "p-1 succeeded, begin p-2 p-3");
    assert_eq!(running(&["succeeded", "open", "waiting", "waiting"]), "begin p-3");
    assert_eq!(running(&["succeeded", "open", "open", "waiting"]), "");
    assert_eq!(running(&["succeeded", "succeeded", "skipped"]), "end");
    assert_eq!(running(&["succeeded", "deployed", "skipped"]), "p-2 succeeded, end");
    assert_eq!(running(&["skipped"]), "end");
}

#[test]
fn a_failure_pauses_and_members_under_way_finish() {
    let running = |members: &[&str]| decide(RolloutState::Running, 3, 0, members);
    let failed = "p-2 failed: It does not start, pause at p-2: It does not start";
    assert_eq!(running(&["succeeded", "broken", "open", "waiting"]), failed);
    assert_eq!(running(&["failed", "waiting"]), "pause at p-1: It does not start");
    let lost = "p-1 failed: The job of the deploy is gone, pause at p-1: The job of the deploy is gone";
    assert_eq!(running(&["lost", "waiting"]), lost);
    for state in [RolloutState::Paused, RolloutState::Cancelled] {
        let stopped = |members: &[&str]| decide(state, 3, 0, members);
        assert_eq!(stopped(&["failed", "deployed", "waiting"]), "p-2 succeeded");
        assert_eq!(stopped(&["failed", "broken", "waiting"]), "p-2 failed: It does not start");
        assert_eq!(stopped(&["failed", "open", "waiting"]), "");
    }
    let cancelled = decide(RolloutState::Cancelled, 1, 60, &["baking healthy 1", "skipped"]);
    assert_eq!(cancelled, "p-1 succeeded", "nothing waits for it");
}
