//! Restores to a time, from the archive of the write-ahead log.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, PointInTimeDraft, ProjectId, ProjectRecovery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, Commander, IdempotencyKey, IfMatch, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(get_recovery, restore_to_time))
}

impl Draft for PointInTimeDraft {}

/// The times to which a project can be restored from the archive of the write-ahead log.
#[utoipa::path(
    get, path = "/projects/{id}/recovery", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ProjectRecovery))
)]
async fn get_recovery(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<ProjectRecovery>, ApiError> {
    Ok(Json(plane.backups().recovery(&op, &id).await?))
}

/// Gives a project the data that it had at a time, which has to be in a window. The database is recovered into a private server, dumped
/// into a backup, and restored like one. Uploads and schema commit stay as they are.
#[utoipa::path(
    post, path = "/projects/{id}/recovery", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRestore))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch), request_body = PointInTimeDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn restore_to_time(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    Body(draft): Body<PointInTimeDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().restore_to(&op, &id, &draft).await?.into())
}
