//! The audit trail.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, AuditVerdict, Page, ProjectEvent};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, NoParams, Params};
use super::projects::EventsQuery;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_audit_events)).routes(routes!(verify_audit))
}

/// Events of the whole fleet, newest first.
#[utoipa::path(
    get, path = "/audit", tag = "audit",
    extensions(("x-action" = json!(Action::AuditView))),
    params(EventsQuery), responses((status = 200, body = Page<ProjectEvent>))
)]
async fn list_audit_events(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<EventsQuery>,
) -> Result<Json<Page<ProjectEvent>>, ApiError> {
    Ok(Json(plane.audit().events(&op, query.before()?).await?))
}

/// Walks the whole chain of hashes and says whether a row was changed or removed.
#[utoipa::path(
    get, path = "/audit/verify", tag = "audit",
    extensions(("x-action" = json!(Action::AuditVerify))),
    responses((status = 200, body = AuditVerdict))
)]
async fn verify_audit(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<AuditVerdict>, ApiError> {
    Ok(Json(plane.audit().verify(&op).await?))
}
