//! Edits are made from what is there now, and made again when someone else was faster.

use crate::failure::Failure;

/// Attempts before the refusal is reported.
const ATTEMPTS: usize = 5;

/// Calls `attempt`, which reads what is there, makes the edit from it and sends it with its generation. When the edit is
/// refused because of a change meanwhile, `attempt` is called again: it names only what the user asked for, so nothing of the
/// other edit is lost.
pub async fn present<T>(attempt: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(Failure::Refused(problem)) if problem.is_stale() => {}
            answer => return answer,
        }
    }
    attempt().await
}
