//! Database servers: context, call, answer.

use model::DatabaseServer;

use crate::error::AppError;

/// Every database server as last observed.
pub(crate) async fn get_database_servers() -> Result<Vec<DatabaseServer>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.database_servers().list(&context.op).await },
    )
    .await
}
