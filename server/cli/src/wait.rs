//! Follows an operation to its end.
//!
//! Hints only trigger a read; the operation as read decides. A lost hint costs at most one second, a cut connection
//! nothing. If the server does not answer, the wait continues until its limit, as the operation does.

mod hints;
mod steps;

use std::time::Duration;

use model::{Hint, Operation, OperationId, OperationStatus, Problem, ProblemKind};

pub use hints::{Hints, Patience};
use steps::Steps;

use crate::client::{Answer, Path};
use crate::failure::Failure;
use crate::session::Session;

/// Maximum time between two reads.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Shows the steps of an operation as they happen and returns it when it is over, whatever its outcome.
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

/// Success, or why the operation did not succeed.
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
        OperationStatus::Superseded => "A later operation on the same project superseded it.",
        OperationStatus::Cancelled => "An operator cancelled it.",
        _ => "The server gave no reason. See: atomoctl project events.",
    };
    Problem::new(ProblemKind::Refused, title, detail)
}

#[cfg(test)]
mod tests;
