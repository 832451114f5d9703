//! The servers of the projects' databases.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, DatabaseServer, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, NoParams};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_database_servers))
}

/// Every database server: its connections and to whom they are given, and what our role may not do there.
#[utoipa::path(
    get, path = "/database-servers", tag = "fleet",
    extensions(("x-action" = json!(Action::DatabaseServerView))),
    responses((status = 200, body = Page<DatabaseServer>))
)]
async fn list_database_servers(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<DatabaseServer>>, ApiError> {
    Ok(Json(Page::whole(plane.database_servers().list(&op).await?)))
}
