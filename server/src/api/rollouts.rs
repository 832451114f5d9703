//! Rollouts: one version for many projects. What one would do, begun, resumed, cancelled.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{Action, Page, ResumeDraft, Rollout, RolloutDraft, RolloutId, RolloutPlan};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Params, Path, check, cursor};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(plan_rollout))
        .routes(routes!(list_rollouts, begin_rollout))
        .routes(routes!(get_rollout))
        .routes(routes!(resume_rollout))
        .routes(routes!(cancel_rollout))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RolloutsQuery {
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

impl Draft for RolloutDraft {}
impl Draft for ResumeDraft {}

/// What a rollout would do now: the preflight of every member in short. Changes nothing.
#[utoipa::path(
    post, path = "/rollout-plans", tag = "rollouts",
    extensions(("x-action" = json!(Action::ProjectDeploy))),
    request_body = RolloutDraft,
    responses((status = 200, body = RolloutPlan))
)]
async fn plan_rollout(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(draft): Body<RolloutDraft>,
) -> Result<Json<RolloutPlan>, ApiError> {
    Ok(Json(plane.rollouts().plan(&op, &draft).await?))
}

/// The rollouts with a member that the caller may see, newest first, without members.
#[utoipa::path(
    get, path = "/rollouts", tag = "rollouts",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(RolloutsQuery),
    responses((status = 200, body = Page<Rollout>))
)]
async fn list_rollouts(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<RolloutsQuery>,
) -> Result<Json<Page<Rollout>>, ApiError> {
    let mut errors = Vec::new();
    let before = cursor(&mut errors, query.cursor.as_deref());
    check(errors)?;
    Ok(Json(plane.rollouts().list(&op, before).await?))
}

/// Begins a rollout. The first member is deployed alone and has to stay healthy; then the rest follows. A failure pauses the
/// rollout. Needs the right to deploy every member.
#[utoipa::path(
    post, path = "/rollouts", tag = "rollouts",
    extensions(("x-action" = json!(Action::ProjectDeploy))),
    request_body = RolloutDraft,
    responses((status = 201, body = Rollout))
)]
async fn begin_rollout(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(draft): Body<RolloutDraft>,
) -> Result<(StatusCode, Json<Rollout>), ApiError> {
    Ok((StatusCode::CREATED, Json(plane.rollouts().begin(&op, &draft).await?)))
}

/// One rollout with the members that the caller may see.
#[utoipa::path(
    get, path = "/rollouts/{id}", tag = "rollouts",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = RolloutId, Path)),
    responses((status = 200, body = Rollout))
)]
async fn get_rollout(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RolloutId>,
    _: NoParams,
) -> Result<Json<Rollout>, ApiError> {
    Ok(Json(plane.rollouts().get(&op, id).await?))
}

/// Resumes a paused rollout: members that failed are tried again, or passed over with `skip`. 409 where it is not paused.
#[utoipa::path(
    post, path = "/rollouts/{id}/resume", tag = "rollouts",
    extensions(("x-action" = json!(Action::ProjectDeploy))),
    params(("id" = RolloutId, Path)), request_body = ResumeDraft,
    responses((status = 200, body = Rollout))
)]
async fn resume_rollout(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RolloutId>,
    Body(draft): Body<ResumeDraft>,
) -> Result<Json<Rollout>, ApiError> {
    Ok(Json(plane.rollouts().resume(&op, id, &draft).await?))
}

/// Ends a rollout: no member begins any more. Members under way finish. 409 where it is over.
#[utoipa::path(
    post, path = "/rollouts/{id}/cancel", tag = "rollouts",
    extensions(("x-action" = json!(Action::ProjectDeploy))),
    params(("id" = RolloutId, Path)),
    responses((status = 200, body = Rollout))
)]
async fn cancel_rollout(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RolloutId>,
    _: NoInput,
) -> Result<Json<Rollout>, ApiError> {
    Ok(Json(plane.rollouts().cancel(&op, id).await?))
}
