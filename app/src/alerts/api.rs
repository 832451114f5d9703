//! Alerts: context, call, answer.

use model::{Alert, AlertFilter, AlertId, Page};

use crate::error::AppError;

/// The alerts of the filter, open ones first; only those behind `after` if it is given.
pub(super) async fn get_alerts(filter: AlertFilter, after: Option<AlertId>) -> Result<Page<Alert>, AppError> {
    crate::call_context::ask(|context| async move {
        context.plane.alerts().list(&context.op, &filter, after).await
    })
    .await
}
