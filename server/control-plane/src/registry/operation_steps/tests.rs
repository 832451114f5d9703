use model::Step::{ApplyLimits, AwaitReady, EnsureInstance, EnsureSecrets, StopInstance, VerifyRoute};
use model::{PlannedStep, Step, StepRecord, StepStatus};

use super::{interrupted, places};

fn steps(steps: &[(Step, StepStatus)]) -> Vec<StepRecord> {
    let record = |(index, (step, status)): (usize, &(Step, StepStatus))| StepRecord {
        ordinal: i32::try_from(index + 1).unwrap(),
        step: *step,
        status: *status,
        reason: None,
        started_at: None,
        finished_at: None,
        note: None,
        attempts: i32::from(*status != StepStatus::Waiting),
    };
    steps.iter().enumerate().map(record).collect()
}

fn plan(steps: &[Step]) -> Vec<PlannedStep> {
    steps.iter().map(|step| PlannedStep::from(*step)).collect()
}

#[test]
fn the_rest_of_a_plan_keeps_its_places() {
    let known = steps(&[
        (EnsureSecrets, StepStatus::Done),
        (EnsureInstance, StepStatus::Done),
        (AwaitReady, StepStatus::Waiting),
        (VerifyRoute, StepStatus::Waiting),
    ]);
    assert_eq!(places(&known, &plan(&[AwaitReady, VerifyRoute])), [3, 4]);
    assert_eq!(
        places(&known, &plan(&[EnsureInstance, AwaitReady, VerifyRoute])),
        [2, 3, 4],
        "it is begun again"
    );
}

#[test]
fn another_plan_stands_behind_what_was_done() {
    let known = steps(&[(ApplyLimits, StepStatus::Done), (VerifyRoute, StepStatus::Waiting)]);
    assert!(places(&known, &plan(&[StopInstance, EnsureInstance, VerifyRoute])).is_empty());
    assert!(places(&known, &plan(&[])).is_empty());
    assert!(places(&[], &plan(&[VerifyRoute])).is_empty());
}

#[test]
fn what_was_never_begun_hides_no_place() {
    let known = steps(&[
        (EnsureInstance, StepStatus::Done),
        (AwaitReady, StepStatus::Failed),
        (VerifyRoute, StepStatus::Waiting),
    ]);
    assert_eq!(places(&known, &plan(&[EnsureInstance, AwaitReady])), [1, 2]);
}

#[test]
fn a_step_under_way_that_is_not_planned_again_was_done() {
    let known = steps(&[
        (StopInstance, StepStatus::Done),
        (EnsureInstance, StepStatus::Running),
        (AwaitReady, StepStatus::Waiting),
    ]);
    let ended = |plan_: &[Step]| {
        let plan = plan(plan_);
        interrupted(&known, &places(&known, &plan), &plan)
    };
    assert_eq!(ended(&[EnsureInstance, AwaitReady]), [], "it is begun again at its place");
    assert_eq!(ended(&[AwaitReady]), [(2, StepStatus::Done)]);
    assert_eq!(ended(&[EnsureSecrets, EnsureInstance]), [(2, StepStatus::Skipped)]);
}
