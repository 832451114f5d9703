//! Parts and background tasks: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
#[cfg(feature = "ssr")]
use model::PartState;
use model::{Part, Task};

use crate::error::AppError;

/// The parts that do not answer.
#[server(prefix = "/actions", endpoint = "away", input = GetUrl)]
pub(crate) async fn get_away() -> Result<Vec<Part>, AppError> {
    crate::call_context::ask(|context| async move {
        let mut parts = context.plane.fleet().parts(&context.op)?;
        parts.retain(|part| matches!(part.state, PartState::Away { .. }));
        Ok(parts)
    })
    .await
}

/// The background tasks of the control plane, those that failed first.
#[server(prefix = "/actions", endpoint = "tasks", input = GetUrl)]
pub(crate) async fn get_tasks() -> Result<Vec<Task>, AppError> {
    crate::call_context::ask(|context| async move {
        let mut tasks = context.plane.tasks(&context.op)?;
        tasks.sort_by_key(|task| task.problem.is_none());
        Ok(tasks)
    })
    .await
}
