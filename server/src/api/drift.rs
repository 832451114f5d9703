//! Drift of projects: findings, checks and decisions.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use control_plane::ControlPlane;
use model::{
    AcceptDraft, Action, DriftFilter, DriftFinding, DriftFindingId, DriftLevel, FieldError, FixOutcome, Page,
    ProjectDrift, ProjectId, SnoozeDraft,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::location;
use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Params, Path, check};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_drift))
        .routes(routes!(get_drift_finding))
        .routes(routes!(project_drift))
        .routes(routes!(check_drift))
        .routes(routes!(accept_drift))
        .routes(routes!(fix_drift))
        .routes(routes!(snooze_drift))
}

/// Which findings.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DriftQuery {
    /// Only of this project.
    project: Option<String>,
    /// Only on this level: commit, `schema_file`, catalog, models, columns, version, configuration or route.
    level: Option<String>,
    /// `open` (default): those that wait for a decision or that the engine closes. `all`: also accepted and snoozed ones.
    state: Option<String>,
}

impl Draft for AcceptDraft {}
impl Draft for SnoozeDraft {}

/// Findings that are not resolved, by project and level.
#[utoipa::path(
    get, path = "/drift", tag = "drift",
    extensions(("x-action" = json!(Action::DriftView))),
    params(DriftQuery),
    responses((status = 200, body = Page<DriftFinding>))
)]
async fn list_drift(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<DriftQuery>,
) -> Result<Json<Page<DriftFinding>>, ApiError> {
    let mut errors = Vec::new();
    let project = query.project.map(|text| text.parse::<ProjectId>());
    let project = project.and_then(|parsed| FieldError::collect(&mut errors, "project", parsed));
    let level = query.level.map(|text| text.parse::<DriftLevel>());
    let level = level.and_then(|parsed| FieldError::collect(&mut errors, "level", parsed));
    let state = query.state.as_deref().unwrap_or("open");
    if !matches!(state, "open" | "all") {
        let fault = model::Invalid::new(format!("{state:?} is not accepted."), "open or all");
        errors.push(FieldError::new("state", fault));
    }
    check(errors)?;
    let filter = DriftFilter { project, level, decided: state == "all" };
    Ok(Json(Page::whole(plane.drift().list(&op, &filter).await?)))
}

/// One finding, also a resolved one.
#[utoipa::path(
    get, path = "/drift/{id}", tag = "drift",
    extensions(("x-action" = json!(Action::DriftView))),
    params(("id" = DriftFindingId, Path)),
    responses((status = 200, body = DriftFinding))
)]
async fn get_drift_finding(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DriftFindingId>,
    _: NoParams,
) -> Result<Json<DriftFinding>, ApiError> {
    Ok(Json(plane.drift().get(&op, id).await?))
}

/// Every level of a project as of its last check, its findings, and the baseline that it is compared with.
#[utoipa::path(
    get, path = "/projects/{id}/drift", tag = "drift",
    extensions(("x-action" = json!(Action::DriftView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ProjectDrift))
)]
async fn project_drift(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<ProjectDrift>, ApiError> {
    Ok(Json(plane.drift().project(&op, &id).await?))
}

/// Checks every level of a project now. Reads only. 503 if the check takes more than 20 s; it goes on then.
#[utoipa::path(
    post, path = "/projects/{id}/drift/check", tag = "drift",
    extensions(("x-action" = json!(Action::DriftCheck))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ProjectDrift))
)]
async fn check_drift(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Json<ProjectDrift>, ApiError> {
    Ok(Json(plane.drift().check(&op, &id).await?))
}

/// Declares what was observed, with a reason. 409 for a level that the control plane closes by itself, and if the difference is
/// another one by now.
#[utoipa::path(
    post, path = "/drift/{id}/accept", tag = "drift",
    extensions(("x-action" = json!(Action::DriftAccept))),
    params(("id" = DriftFindingId, Path)), request_body = AcceptDraft,
    responses((status = 200, body = DriftFinding))
)]
async fn accept_drift(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DriftFindingId>,
    Body(draft): Body<AcceptDraft>,
) -> Result<Json<DriftFinding>, ApiError> {
    Ok(Json(plane.drift().accept(&op, id, &draft).await?))
}

/// Opens the operation that closes the finding (202). Where there is none, nothing is changed and the answer says what the operator
/// has to do (200).
#[utoipa::path(
    post, path = "/drift/{id}/fix", tag = "drift",
    extensions(("x-action" = json!(Action::DriftFix))),
    params(("id" = DriftFindingId, Path)),
    responses((status = 200, body = FixOutcome), (status = 202, body = FixOutcome))
)]
async fn fix_drift(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DriftFindingId>,
    _: NoInput,
) -> Result<Response, ApiError> {
    let outcome = plane.drift().fix(&op, id).await?;
    Ok(match &outcome.operation {
        Some(operation) => (StatusCode::ACCEPTED, [location(operation.id)], Json(outcome)).into_response(),
        None => Json(outcome).into_response(),
    })
}

/// Ends alerts about the finding for some days, with a reason. They begin again when the difference changes.
#[utoipa::path(
    post, path = "/drift/{id}/snooze", tag = "drift",
    extensions(("x-action" = json!(Action::DriftSnooze))),
    params(("id" = DriftFindingId, Path)), request_body = SnoozeDraft,
    responses((status = 200, body = DriftFinding))
)]
async fn snooze_drift(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DriftFindingId>,
    Body(draft): Body<SnoozeDraft>,
) -> Result<Json<DriftFinding>, ApiError> {
    Ok(Json(plane.drift().snooze(&op, id, &draft).await?))
}
