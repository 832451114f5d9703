//! The gateway: what it is, what is said of its edge, whose certificates it has.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::ETAG;
use control_plane::ControlPlane;
use model::{Action, FleetEdge, FleetEdgeDraft, GatewayView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::error::ApiError;
use super::input::{Caller, IfMatch, NoParams};
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

/// Replaces the edge policy of the fleet. Absent fields are unset; absent `blocked_paths` are the default ones. Another rate
/// limit replaces instances, one after the other. A request names the generation that it was made from (`edge_generation` of
/// `GET /gateway`), as `If-Match` or as the field `generation`: without one it is refused with 428 and the present
/// generation, and with 409 and `differences` when the policy was changed since. The `ETag` of the answer is the new one.
#[utoipa::path(
    put, path = "/gateway/edge", tag = "fleet",
    extensions(("x-action" = json!(Action::GatewayEdge))),
    params(IfMatch), request_body = FleetEdgeDraft,
    responses((status = 200, body = FleetEdge, headers(("ETag" = String, description = "Its generation, in quotes"))))
)]
async fn put_gateway_edge(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    IfMatch { generation }: IfMatch,
    Body(draft): Body<FleetEdgeDraft>,
) -> Result<([(HeaderName, String); 1], Json<FleetEdge>), ApiError> {
    let policy = plane.gateway().set_edge(&op.made_from(generation), draft).await?;
    Ok(([(ETAG, format!("\"{}\"", policy.generation))], Json(policy.edge)))
}
