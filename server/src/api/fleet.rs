//! The fleet as a whole, and what belongs to no project.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use control_plane::ControlPlane;
use model::{Action, Fleet, Page, Problem, Task};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, NoParams};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_fleet))
        .routes(routes!(get_gateway_ca))
        .routes(routes!(list_tasks))
}

/// Every project that the caller may see, worst first, and the parts that all run on.
#[utoipa::path(
    get, path = "/fleet", tag = "fleet",
    extensions(("x-action" = json!(Action::FleetView))),
    responses((status = 200, body = Fleet))
)]
async fn get_fleet(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Fleet>, ApiError> {
    Ok(Json(plane.fleet().get(&op).await?))
}

/// The root certificate of the gateway's internal issuer, PEM; 404 where every hostname has a public certificate.
#[utoipa::path(
    get, path = "/gateway/ca", tag = "fleet",
    extensions(("x-action" = json!(Action::GatewayView))),
    responses((status = 200, body = String, content_type = "application/x-pem-file"))
)]
async fn get_gateway_ca(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<([(HeaderName, &'static str); 1], String), ApiError> {
    let root = plane.fleet().gateway_root(&op)?;
    let root = root.ok_or_else(|| Problem::not_found("internal issuer at the gateway"))?;
    Ok(([(CONTENT_TYPE, "application/x-pem-file")], root))
}

/// Background tasks of the control plane, and how their last runs went.
#[utoipa::path(
    get, path = "/system/tasks", tag = "fleet",
    extensions(("x-action" = json!(Action::FleetView))),
    responses((status = 200, body = Page<Task>))
)]
async fn list_tasks(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<Task>>, ApiError> {
    Ok(Json(Page::whole(plane.tasks(&op)?)))
}
