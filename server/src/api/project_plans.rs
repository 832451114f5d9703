//! Dry runs of creates.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, CreatePlan, ProjectDraft};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::error::ApiError;
use super::input::Caller;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(plan_project))
}

/// Checks a create without creating anything: the plan of what would be made, or the problem that `POST /projects` would
/// answer. Nothing is reserved, so a later create can still be refused.
#[utoipa::path(
    post, path = "/project-plans", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectCreate))),
    request_body = ProjectDraft,
    responses((status = 200, body = CreatePlan))
)]
async fn plan_project(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(draft): Body<ProjectDraft>,
) -> Result<Json<CreatePlan>, ApiError> {
    Ok(Json(plane.projects().check(&op, draft).await?))
}
