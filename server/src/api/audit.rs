//! The audit trail.

mod csv;
mod export;
mod query;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use control_plane::ControlPlane;
use model::{Action, AuditVerdict, Page, ProjectEvent};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, NoParams, Open, Params};
use crate::state::AppState;
pub use query::EventsQuery;
use query::{AuditQuery, ExportQuery};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_audit_events))
        .routes(routes!(export_audit_events))
        .routes(routes!(verify_audit))
}

/// Events of the whole fleet, newest first.
#[utoipa::path(
    get, path = "/audit", tag = "audit",
    extensions(("x-action" = json!(Action::AuditView))),
    params(AuditQuery), responses((status = 200, body = Page<ProjectEvent>))
)]
async fn list_audit_events(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Page<ProjectEvent>>, ApiError> {
    let (filter, before) = query.read()?;
    Ok(Json(plane.audit().events(&op, &filter, before).await?))
}

/// All events of the filter in one response, newest first: as JSON Lines, or as CSV with the columns id, at, project, actor,
/// action, sentence and detail (JSON). A cell of CSV that begins with `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed
/// is preceded by an apostrophe. Events that are written after the response begins are not part of it. If it cannot be
/// completed, the connection is closed before its end.
#[utoipa::path(
    get, path = "/audit/export", tag = "audit",
    extensions(("x-action" = json!(Action::AuditView))),
    params(ExportQuery),
    responses((status = 200, content(
        (ProjectEvent = "application/x-ndjson"),
        (String = "text/csv"),
    )))
)]
async fn export_audit_events(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<ExportQuery>,
    Open(grant): Open,
) -> Result<Response, ApiError> {
    let (filter, format) = query.read()?;
    let pages = plane.audit().export(&op, filter).await?;
    Ok(export::answer(pages, format, grant))
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
