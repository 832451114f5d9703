//! The fleet as a whole.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{Fleet, KeptDatabase};

use crate::error::AppError;

/// Every project, worst first, and the parts.
#[server(prefix = "/actions", endpoint = "fleet", input = GetUrl)]
pub(crate) async fn get_fleet() -> Result<Fleet, AppError> {
    crate::host::ask(|door| async move { door.plane.fleet().get(&door.op).await }).await
}

/// Databases that outlived their project.
#[server(prefix = "/actions", endpoint = "kept_databases", input = GetUrl)]
pub(crate) async fn get_kept() -> Result<Vec<KeptDatabase>, AppError> {
    crate::host::ask(|door| async move { door.plane.fleet().kept(&door.op).await }).await
}
