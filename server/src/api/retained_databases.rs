//! Databases that outlived their project.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{Action, Page, ProjectId, RetainedDatabase};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_retained_databases))
        .routes(routes!(remove_retained_database))
}

/// Databases that outlived their project, each with whether it is still there.
#[utoipa::path(
    get, path = "/retained-databases", tag = "fleet",
    extensions(("x-action" = json!(Action::RetainedDatabaseView))),
    responses((status = 200, body = Page<RetainedDatabase>))
)]
async fn list_retained_databases(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<RetainedDatabase>>, ApiError> {
    Ok(Json(Page::whole(plane.retained_databases().list(&op).await?)))
}

/// Removes the entry of a database that is gone from its server. Nothing else is removed; 409 while the database is there.
#[utoipa::path(
    delete, path = "/retained-databases/{id}", tag = "fleet",
    extensions(("x-action" = json!(Action::RetainedDatabaseRemove))),
    params(("id" = ProjectId, Path)),
    responses((status = 204))
)]
async fn remove_retained_database(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.retained_databases().remove(&op, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
