//! The gateway: what it is, what is said of its edge, whose certificates it has.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, FleetEdge, FleetEdgeDraft, GatewayView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::error::ApiError;
use super::input::{Caller, NoParams};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(get_gateway)).routes(routes!(put_gateway_edge))
}

/// The gateway, with the certificate of every name that it serves; those that somebody has to look at first.
#[utoipa::path(
    get, path = "/gateway", tag = "fleet",
    extensions(("x-action" = json!(Action::GatewayView))),
    responses((status = 200, body = GatewayView))
)]
async fn get_gateway(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<GatewayView>, ApiError> {
    Ok(Json(plane.gateway().get(&op).await?))
}

/// Replaces what is said of the edge for the whole fleet; what is absent says nothing, but for the paths that are blocked
/// by default. Another rate limit replaces instances, one after the other.
#[utoipa::path(
    put, path = "/gateway/edge", tag = "fleet",
    extensions(("x-action" = json!(Action::GatewayEdge))),
    request_body = FleetEdgeDraft,
    responses((status = 200, body = FleetEdge))
)]
async fn put_gateway_edge(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(draft): Body<FleetEdgeDraft>,
) -> Result<Json<FleetEdge>, ApiError> {
    Ok(Json(plane.gateway().set_edge(&op, draft).await?))
}
