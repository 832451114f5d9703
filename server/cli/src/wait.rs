//! Following an operation to its end.
//!
//! Hints of the server only wake; what is believed is the operation as it was read. So a hint that was lost costs
//! at most one second, and a connection that was cut costs nothing. The server being away is waited out until the
//! limit: the operation goes on without us.

mod hints;
mod steps;

use std::time::Duration;

use model::{Hint, Operation, OperationId, OperationStatus, Problem, ProblemKind};

pub use hints::{Hints, Patience};
use steps::Steps;

use crate::client::{Answer, Path};
use crate::failure::Failure;
use crate::session::Session;

/// The longest time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Shows the steps of an operation as they happen and returns it when it is over, however it ended.
pub async fn until_over(
    session: &Session,
    id: OperationId,
    limit: Duration,
) -> Result<Answer<Operation>, Failure> {
    let mut steps = Steps::new(session.console);
    let concerns =
        move |hint: &Hint| matches!(hint, Hint::Operation { operation_id, .. } if *operation_id == id);
    let mut hints = Hints::follow(session.client.clone(), concerns);
    let watching = async {
        loop {
            match look(session, id).await {
                Ok(operation) => {
                    steps.show(&operation.value)?;
                    if operation.value.status.is_over() {
                        return Ok(operation);
                    }
                }
                Err(failure) if failure.is_transient() => steps.away(&failure)?,
                Err(failure) => return Err(failure),
            }
            hints.next(LOOK_EVERY).await;
        }
    };
    let over = tokio::time::timeout(limit, watching).await;
    steps.end();
    over.unwrap_or(Err(Failure::TimedOut { operation: id, seconds: limit.as_secs() }))
}

async fn look(session: &Session, id: OperationId) -> Result<Answer<Operation>, Failure> {
    let id = id.to_string();
    session.client.get(&Path::of(&["operations", &id])).await
}

/// Success, or why the operation did not end in it.
pub fn outcome(operation: &Operation) -> Result<(), Failure> {
    if operation.status == OperationStatus::Succeeded {
        return Ok(());
    }
    let mut problem = operation.problem.clone().unwrap_or_else(|| without_reason(operation));
    problem.operation = Some(operation.id);
    Err(Failure::OperationEnded(problem))
}

fn without_reason(operation: &Operation) -> Problem {
    let title = format!("The {} of {} was {}", operation.kind, operation.subject(), operation.status);
    let detail = match operation.status {
        OperationStatus::Superseded => "A later operation on the same project took its place.",
        OperationStatus::Cancelled => "An operator ended it.",
        _ => "The server gave no reason. Its events may: atomoctl project events.",
    };
    Problem::new(ProblemKind::Refused, title, detail)
}

#[cfg(test)]
mod tests;
