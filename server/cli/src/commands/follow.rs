//! After a command was accepted: prints the operation, or follows it.

use std::time::Duration;

use model::OperationId;

use crate::args::Follow;
use crate::client::{Accepted, Answer};
use crate::failure::Failure;
use crate::render;
use crate::session::Session;
use crate::wait;

/// Prints the operation; with `--wait` follows it.
pub async fn command(session: &Session, taken: Answer<Accepted>, follow: Follow) -> Result<(), Failure> {
    match follow.limit() {
        None => session.console.answer(&taken, |accepted| render::operation::accepted(&accepted.operation)),
        Some(limit) => to_its_end(session, taken.value.operation.id, limit).await,
    }
}

/// Follows an operation and prints its result. Fails unless it succeeded.
pub async fn to_its_end(session: &Session, id: OperationId, limit: Duration) -> Result<(), Failure> {
    let over = wait::until_over(session, id, limit).await?.value;
    let outcome = wait::outcome(&over);
    let text = || render::operation::succeeded(&over);
    if outcome.is_ok() || session.console.is_json() {
        session.console.document(&Accepted { operation: over.clone() }, text)?;
    }
    outcome
}
