//! What happened is counted where it is counted.

use time::macros::datetime;

use super::{crashes, of};
use crate::{Exit, Health, InstanceSeen, Observed, Project};

fn ended(exit: Exit) -> Project {
    let mut project = Project::sample("crm");
    project.observed.facts.instance = Observed::Present(InstanceSeen {
        digest: "wanted".into(),
        release: "/atomo-server".into(),
        limits: None,
        address: "127.0.0.1:4000".into(),
        pid: None,
        started_at: exit.at,
        exit: Some(exit),
    });
    project
}

fn killed() -> Exit {
    Exit { code: None, signal: Some(9), out_of_memory: None, at: datetime!(2026-11-30 10:04:10 UTC) }
}

#[test]
fn crashes_are_counted_with_their_time_and_the_last_end() {
    let mut project = ended(killed());
    project.reconciliation.attempts = 10;
    project.reconciliation.first_attempt_at = Some(datetime!(2026-11-30 10:00 UTC));
    assert_eq!(of(&project, Health::Down).0, "Crashed 10 times in 4 min, last by signal 9");
    project.reconciliation.attempts = 1;
    assert_eq!(of(&project, Health::Down).0, "The instance ended with signal 9");
}

#[test]
fn a_count_without_times_is_a_count() {
    assert_eq!(crashes(3, killed().at, None), "Crashed 3 times");
    let exit = Exit { code: Some(1), signal: None, ..killed() };
    assert_eq!(crashes(2, exit.at, Some(&exit)), "Crashed 2 times, last with exit code 1");
}

#[test]
fn an_instance_that_is_missing_or_silent_is_named_so() {
    let mut project = ended(killed());
    project.observed.facts.instance = Observed::Absent;
    assert_eq!(of(&project, Health::Down).0, "There is no instance");
    let mut project = ended(killed());
    let Observed::Present(instance) = &mut project.observed.facts.instance else { panic!("no instance") };
    instance.exit = None;
    assert_eq!(of(&project, Health::Down).0, "The instance runs but is not ready");
    project.observed.facts.hangs = true;
    assert_eq!(of(&project, Health::Down).0, "The instance stopped responding");
}
