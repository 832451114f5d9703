//! Database servers: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::DatabaseServer;

use crate::error::AppError;

/// Every database server as last observed.
#[server(prefix = "/actions", endpoint = "database_servers", input = GetUrl)]
pub(crate) async fn get_database_servers() -> Result<Vec<DatabaseServer>, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.database_servers().list(&context.op).await },
    )
    .await
}
