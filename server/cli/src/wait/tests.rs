//! How an operation that is over is judged.

use model::{Actor, OperationKind};
use time::macros::datetime;

use super::*;
use crate::exit::Exit;

fn ended(status: OperationStatus) -> Operation {
    Operation {
        id: OperationId::from(uuid::Uuid::from_u128(1)),
        lane: model::Lane::Converge,
        project_id: Some("crm".parse().unwrap()),
        kind: OperationKind::Create,
        status,
        actor: Actor::Host,
        generation: 1,
        exclusive: false,
        cancel_requested: false,
        progress: None,
        requested_at: datetime!(2026-01-02 03:04:05 UTC),
        started_at: None,
        finished_at: None,
        steps: Vec::new(),
        problem: None,
    }
}

#[test]
fn only_success_is_success() {
    use OperationStatus::{Cancelled, Failed, Superseded};
    assert!(outcome(&ended(OperationStatus::Succeeded)).is_ok());
    for status in [Failed, Cancelled, Superseded] {
        let failure = outcome(&ended(status)).unwrap_err();
        assert_eq!(failure.exit(), Exit::Failed);
        assert!(failure.problem().title.contains(status.as_str()), "{failure}");
    }
}

#[test]
fn a_failed_operation_is_exit_one_whatever_its_problem_is() {
    let problem = Problem::unavailable("gateway", "It did not come back.");
    let operation = Operation { problem: Some(problem), ..ended(OperationStatus::Failed) };
    let failure = outcome(&operation).unwrap_err();
    assert_eq!(failure.exit(), Exit::Failed);
    assert_eq!(failure.problem().operation, Some(operation.id));
}
