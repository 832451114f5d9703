//! Parts and background tasks: context, call, answer.

use model::{Part, PartState, Task};

use crate::error::AppError;

/// All parts as last observed.
pub(crate) async fn get_parts() -> Result<Vec<Part>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.fleet().parts(&context.op) }).await
}

/// The parts that do not answer.
pub(crate) async fn get_away() -> Result<Vec<Part>, AppError> {
    let mut parts = get_parts().await?;
    parts.retain(|part| matches!(part.state, PartState::Away { .. }));
    Ok(parts)
}

/// The background tasks of the control plane, those that failed first.
pub(crate) async fn get_tasks() -> Result<Vec<Task>, AppError> {
    crate::call_context::ask(|context| async move {
        let mut tasks = context.plane.tasks(&context.op)?;
        tasks.sort_by_key(|task| task.problem.is_none());
        Ok(tasks)
    })
    .await
}
