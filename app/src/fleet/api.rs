//! The fleet as a whole.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
#[cfg(feature = "ssr")]
use model::Problem;
use model::{Fleet, KeptDatabase, Orphan, ProjectId};

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

/// Instances whose project has no row, as far as that is known: a page does not wait for the driver.
#[server(prefix = "/actions", endpoint = "orphans", input = GetUrl)]
pub(crate) async fn get_orphans() -> Result<Vec<Orphan>, AppError> {
    crate::host::ask(|door| async move { Ok(door.plane.orphans().known(&door.op)) }).await
}

/// One of them, as the driver sees it now.
#[server(prefix = "/actions", endpoint = "orphan", input = GetUrl)]
pub(crate) async fn get_orphan(id: ProjectId) -> Result<Orphan, AppError> {
    crate::host::ask(|door| async move {
        let known = door.plane.orphans().list(&door.op).await?.into_iter().find(|known| known.id == id);
        Ok(known.ok_or_else(|| Problem::not_found(format!("instance of {id} without a project")))?)
    })
    .await
}

/// Stops and removes one.
#[server(prefix = "/actions", endpoint = "remove_orphan")]
pub(crate) async fn remove_orphan(id: ProjectId) -> Result<(), AppError> {
    let remove = |door: crate::host::Door| async move { door.plane.orphans().remove(&door.op, &id).await };
    crate::host::command((), remove, |()| "/".to_owned()).await
}
