//! Which projects need a person.

use time::OffsetDateTime;
use time::macros::datetime;

use crate::attention::{Remedy, Since};
use crate::{DesiredState, Difference, Health, Observed, Problem, ProblemKind, Project, ProjectStatus, Sync};

const AT: OffsetDateTime = datetime!(2026-11-30 01:00 UTC);

fn failed() -> Project {
    let operation = uuid::Uuid::from_u128(1).into();
    let problem = Problem::new(ProblemKind::Refused, "The schema is refused", "Line 3.");
    let problem = Some(Problem { operation: Some(operation), ..problem });
    Project { status: ProjectStatus::Failed, problem, updated_at: AT, ..Project::sample("crm") }
}

#[test]
fn what_failed_leads_to_its_operation_and_can_be_tried_again() {
    let need = failed().attention().unwrap();
    assert_eq!((need.health, need.what.as_str()), (Health::Down, "The schema is refused"));
    assert!(matches!(need.remedies[..], [Remedy::ReadOperation(_), Remedy::Retry(_), Remedy::ChangeCommit]));
    assert_eq!(need.since, Some(Since::Requested(AT)), "when it went down was not recorded");
}

#[test]
fn once_it_has_run_another_commit_is_not_offered() {
    let mut project = failed();
    project.schema_version = Some(project.schema_ref.commit().clone());
    let need = project.attention().unwrap();
    assert!(matches!(need.remedies[..], [Remedy::ReadOperation(_), Remedy::Retry(_)]));
}

#[test]
fn the_recorded_time_of_the_health_comes_first() {
    let began = datetime!(2026-11-29 12:00 UTC);
    let project = Project { health_since: Some(began), ..failed() };
    assert_eq!(project.attention().unwrap().since, Some(Since::Began(began)));
}

#[test]
fn an_unknown_state_tells_when_it_was_last_observed() {
    let need = Project::sample("crm").attention().unwrap();
    assert_eq!(
        (need.health, need.since),
        (Health::Unknown, Some(Since::Observed(OffsetDateTime::UNIX_EPOCH)))
    );
}

#[test]
fn a_retry_is_offered_while_it_can_be_pressed() {
    let mut project = failed();
    project.reconciliation.exclusive_job = Some(uuid::Uuid::from_u128(2).into());
    let need = project.attention().unwrap();
    assert!(matches!(need.remedies[..], [Remedy::ReadOperation(_), Remedy::ChangeCommit]), "a job holds it");
    let project = Project { generation: 2, ..failed() };
    assert_eq!(project.retryable(), None, "another change is in progress");
    assert_eq!(Project::sample("crm").retryable(), None, "nothing failed");
}

#[test]
fn what_was_asked_for_is_no_drift() {
    let mut project = Project::sample("crm");
    project.desired_state = DesiredState::Stopped;
    project.observed.facts.instance = Observed::Absent;
    assert_eq!((project.health(), project.attention()), (Health::Suspended, None), "it is stopped");
    project.reconciliation.differences = vec![Difference::Exists];
    assert!(matches!(project.sync(), Sync::OutOfSync(_)));
    project.generation = 2;
    assert!(matches!(project.sync(), Sync::Progressing(_)), "a delete is in progress");
    assert_eq!(project.attention(), None);
    assert!(project.sync().drifts().is_empty());
}
