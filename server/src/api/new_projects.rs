//! New projects with the data of a backup or of another project.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{
    Action, BackupId, CloneDraft, ClonePlan, ExpiryDraft, NewProjectPlan, Project, ProjectId, RestoreNewDraft,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, Commander, IdempotencyKey, IfMatch, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(plan_restore_new))
        .routes(routes!(restore_backup_new))
        .routes(routes!(plan_clone))
        .routes(routes!(clone_project))
        .routes(routes!(set_expiry))
}

impl Draft for RestoreNewDraft {}
impl Draft for CloneDraft {}
impl Draft for ExpiryDraft {}

/// What a new project would get from a backup, and which secrets would not be copied.
#[utoipa::path(
    get, path = "/backups/{id}/new-project-plan", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRestoreNew))),
    params(("id" = BackupId, Path)),
    responses((status = 200, body = NewProjectPlan))
)]
async fn plan_restore_new(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<BackupId>,
    _: NoParams,
) -> Result<Json<NewProjectPlan>, ApiError> {
    Ok(Json(plane.new_projects().plan(&op, id).await?))
}

/// Creates another project with the data of a backup: a job. The project of the backup is not touched, and need not exist. Also
/// requires `project.create` on the new id.
#[utoipa::path(
    post, path = "/backups/{id}/restore-new", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRestoreNew))),
    params(("id" = BackupId, Path), IdempotencyKey, IfMatch), request_body = RestoreNewDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn restore_backup_new(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<BackupId>,
    Body(draft): Body<RestoreNewDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.new_projects().create(&op, id, &draft).await?.into())
}

/// What a clone would get, and for how long the database of the project would take no connection.
#[utoipa::path(
    get, path = "/projects/{id}/clone-plan", tag = "recovery",
    extensions(("x-action" = json!(Action::ProjectClone))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ClonePlan))
)]
async fn plan_clone(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<ClonePlan>, ApiError> {
    Ok(Json(plane.clones().plan(&op, &id).await?))
}

/// Creates a clone of a project: a job. The database of the project takes no connection while the server copies it. Also requires
/// `project.create` on the new id.
#[utoipa::path(
    post, path = "/projects/{id}/clones", tag = "recovery",
    extensions(("x-action" = json!(Action::ProjectClone))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch), request_body = CloneDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn clone_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    Body(draft): Body<CloneDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.clones().create(&op, &id, &draft).await?.into())
}

/// Changes when a clone is removed: so long from now on.
#[utoipa::path(
    put, path = "/projects/{id}/expiry", tag = "recovery",
    extensions(("x-action" = json!(Action::ProjectExpiry))),
    params(("id" = ProjectId, Path)), request_body = ExpiryDraft,
    responses((status = 200, body = Project))
)]
async fn set_expiry(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Body(draft): Body<ExpiryDraft>,
) -> Result<Json<Project>, ApiError> {
    Ok(Json(plane.clones().set_expiry(&op, &id, &draft).await?))
}
