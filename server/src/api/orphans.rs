//! Instances whose project has no row.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, Orphan, Page, ProjectId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_orphans)).routes(routes!(remove_orphan))
}

/// Instances of this fleet whose project has no row. The driver is asked now.
#[utoipa::path(
    get, path = "/orphans", tag = "fleet",
    extensions(("x-action" = json!(Action::OrphanView))),
    responses((status = 200, body = Page<Orphan>))
)]
async fn list_orphans(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<Orphan>>, ApiError> {
    Ok(Json(Page::whole(plane.orphans().list(&op).await?)))
}

/// Opens the job that stops and removes an instance whose project has no row, and its network. Media, schema folder,
/// database and secrets stay.
#[utoipa::path(
    delete, path = "/orphans/{id}", tag = "fleet",
    extensions(("x-action" = json!(Action::OrphanRemove))), params(("id" = ProjectId, Path)),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn remove_orphan(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.orphans().remove(&op, &id).await?.into())
}
