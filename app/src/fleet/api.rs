//! The fleet: context, call, answer.

use model::Fleet;

use crate::error::AppError;

/// All projects, worst first, and the parts.
pub(crate) async fn get_fleet() -> Result<Fleet, AppError> {
    crate::call_context::ask(|context| async move { context.plane.fleet().get(&context.op).await }).await
}
