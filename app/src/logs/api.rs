//! Logs: context, call, answer.

use model::{LogLine, ProjectId};

use crate::error::AppError;

/// The newest lines, at most `tail`, oldest first.
pub(crate) async fn get_tail(id: ProjectId, tail: u32) -> Result<Vec<LogLine>, AppError> {
    crate::call_context::ask(
        |context| async move { crate::call_context::logs::tail(&context, &id, tail).await },
    )
    .await
}
