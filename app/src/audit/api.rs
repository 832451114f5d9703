//! The audit trail: context, call, answer.

use model::{AuditVerdict, EventFilter, Page, ProjectEvent};

use crate::error::AppError;

/// Events of the whole fleet that match, newest first; only those older than `before` if it is given.
pub(crate) async fn get_audit(
    filter: EventFilter,
    before: Option<i64>,
) -> Result<Page<ProjectEvent>, AppError> {
    crate::call_context::ask(|context| async move {
        context.plane.audit().events(&context.op, &filter, before).await
    })
    .await
}

/// Verifies the hash chain over all events.
pub(crate) async fn get_verdict() -> Result<AuditVerdict, AppError> {
    crate::call_context::ask(|context| async move { context.plane.audit().verify(&context.op).await }).await
}
