use model::{Problem, ProblemKind, Project, ProjectStatus};

use super::{Way, need};
use crate::fleet::filter::tests::project;

fn failed() -> Project {
    let mut project = project("crm");
    project.status = ProjectStatus::Failed;
    let operation = uuid::Uuid::from_u128(1).into();
    let problem = Problem::new(ProblemKind::Refused, "The schema is refused", "Line 3.");
    project.problem = Some(Problem { operation: Some(operation), ..problem });
    project
}

#[test]
fn what_failed_leads_to_its_operation_and_can_be_tried_again() {
    let need = need(&failed()).unwrap();
    assert_eq!((need.tone, need.what.as_str()), ("bad", "The schema is refused"));
    assert!(matches!(need.ways[..], [Way::Why(_), Way::Retry(_), Way::ChangeCommit]));
    assert_eq!(need.since.unwrap().words, "asked for");
}

#[test]
fn once_it_has_run_another_commit_is_not_offered() {
    let mut project = failed();
    project.schema_version = Some(project.schema_ref.commit().clone());
    assert!(matches!(need(&project).unwrap().ways[..], [Way::Why(_), Way::Retry(_)]));
}

#[test]
fn what_nobody_knows_says_when_it_was_last_looked_at() {
    let mut project = project("crm");
    project.status = ProjectStatus::Running;
    let need = need(&project).unwrap();
    assert_eq!((need.tone, need.since.unwrap().words), ("unknown", "last checked"));
}
