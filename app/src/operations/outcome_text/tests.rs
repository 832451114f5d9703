use model::{
    Actor, Operation, OperationKind, OperationStatus, Problem, ProblemKind, Project, Step, StepRecord,
    StepStatus,
};
use time::macros::datetime;

use super::{changed, is_in_place, leaving, remedy};

fn failed(kind: OperationKind, steps: &[(Step, StepStatus)]) -> Operation {
    let record = |&(step, status): &(Step, StepStatus)| StepRecord {
        ordinal: 1,
        step,
        status,
        reason: None,
        started_at: None,
        finished_at: None,
        note: None,
        attempts: 1,
    };
    Operation {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
        lane: model::Lane::Converge,
        project_id: Some("crm".parse().unwrap()),
        kind,
        status: OperationStatus::Failed,
        actor: Actor::Reconciler,
        generation: 1,
        exclusive: false,
        cancel_requested: false,
        progress: None,
        requested_at: datetime!(2026-11-23 21:42:08 UTC),
        started_at: None,
        finished_at: None,
        steps: steps.iter().map(record).collect(),
        problem: None,
    }
}

#[test]
fn a_failed_create_says_what_stays_and_that_nothing_is_public() {
    let operation = failed(
        OperationKind::Create,
        &[
            (Step::EnsureSecrets, StepStatus::Done),
            (Step::EnsureDatabase, StepStatus::Done),
            (Step::AwaitReady, StepStatus::Failed),
            (Step::SyncRoute, StepStatus::Skipped),
        ],
    );
    assert_eq!(
        changed(&operation),
        "These steps are done and stay: Create secrets, Create role and database. Nothing is public: no route was published."
    );
}

#[test]
fn a_published_route_is_not_called_private() {
    let operation = failed(OperationKind::Create, &[(Step::SyncRoute, StepStatus::Done)]);
    assert_eq!(changed(&operation), "These steps are done and stay: Publish the route.");
}

#[test]
fn an_operation_that_did_nothing_says_so() {
    let operation = failed(OperationKind::Restart, &[(Step::StopInstance, StepStatus::Failed)]);
    assert_eq!(changed(&operation), "Nothing: no step was done.");
}

#[test]
fn only_work_towards_running_shows_as_progressing() {
    let says = |kind| leaving(&failed(kind, &[]));
    assert!(says(OperationKind::Create).ends_with("crm shows as Progressing in the fleet."));
    assert!(says(OperationKind::Stop).contains("Suspended"));
    assert!(says(OperationKind::Delete).contains("leaves the fleet"));
}

#[test]
fn a_retry_is_advised_only_for_the_failure_that_the_project_still_has() {
    let operation = failed(OperationKind::Restart, &[]);
    let problem = Problem::new(ProblemKind::Refused, "The instance refused to start", "It ended.");
    let mut project = Project::sample("crm");
    project.schema_version = Some(project.schema_ref.commit().clone());
    assert!(remedy(&operation, Some(&project)).starts_with("Nothing: a later operation"));
    project.problem = Some(Problem { operation: Some(operation.id), ..problem.clone() });
    assert!(remedy(&operation, Some(&project)).starts_with("Retry continues"));
    project.reconciliation.exclusive_job = Some(operation.id);
    assert!(remedy(&operation, Some(&project)).starts_with("A job holds crm."));
    project.reconciliation.exclusive_job = None;
    project.problem = Some(problem);
    assert!(remedy(&operation, Some(&project)).starts_with("A later operation of crm has failed"));
}

#[test]
fn a_restore_that_failed_before_the_exchange_changed_nothing_of_the_project() {
    let job = |steps: &[(Step, StepStatus)]| Operation {
        lane: model::Lane::Job,
        ..failed(OperationKind::BackupRestore, steps)
    };
    let early = job(&[(Step::CheckArchive, StepStatus::Done), (Step::CompareCopy, StepStatus::Failed)]);
    assert_eq!(changed(&early), "Nothing of the project. Done were: Check the archive.");
    assert!(!is_in_place(&early) && remedy(&early, None).starts_with("Fix the cause"));
    let late = job(&[
        (Step::SwapDatabase, StepStatus::Done),
        (Step::UpdateProject, StepStatus::Done),
        (Step::AwaitReady, StepStatus::Failed),
    ]);
    assert!(changed(&late).starts_with("These steps are done and stay: "));
    assert!(is_in_place(&late) && remedy(&late, None).contains("undo the restore"));
}
