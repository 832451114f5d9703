//! Backups of projects: taken, proved, restored, undone.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use control_plane::ControlPlane;
use model::{
    Action, Backup, BackupId, BackupPolicyDraft, OperationId, Page, ProjectBackupPolicy, ProjectId,
    RestoreDraft, SetAsideDatabase,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{
    Caller, Commander, IdempotencyKey, IfMatch, NoInput, NoParams, Params, Path, check, cursor,
};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_backups, create_backup))
        .routes(routes!(list_newest_backups))
        .routes(routes!(get_backup, remove_backup))
        .routes(routes!(download_backup))
        .routes(routes!(verify_backup))
        .routes(routes!(restore_backup))
        .routes(routes!(list_set_aside_databases))
        .routes(routes!(undo_restore))
        .routes(routes!(get_backup_policy, set_backup_policy, reset_backup_policy))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BackupsQuery {
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

/// The restore that is undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UndoDraft {
    /// The operation that set the database aside.
    operation: OperationId,
}

impl Draft for RestoreDraft {}
impl Draft for BackupPolicyDraft {}
impl Draft for UndoDraft {}

/// The backups of a project, newest first. They outlive it.
#[utoipa::path(
    get, path = "/projects/{id}/backups", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupView))),
    params(("id" = ProjectId, Path), BackupsQuery),
    responses((status = 200, body = Page<Backup>))
)]
async fn list_backups(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Params(query): Params<BackupsQuery>,
) -> Result<Json<Page<Backup>>, ApiError> {
    let mut errors = Vec::new();
    let before = cursor(&mut errors, query.cursor.as_deref());
    check(errors)?;
    Ok(Json(plane.backups().list(&op, &id, before).await?))
}

/// The newest backup and the newest verified one of every project that the caller may see.
#[utoipa::path(
    get, path = "/backups", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupView))),
    responses((status = 200, body = Page<Backup>))
)]
async fn list_newest_backups(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<Backup>>, ApiError> {
    Ok(Json(Page::whole(plane.backups().newest(&op).await?)))
}

/// Takes a backup of a project: a job, after which its verification follows by itself.
#[utoipa::path(
    post, path = "/projects/{id}/backups", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupCreate))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn create_backup(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().create(&op, &id).await?.into())
}

/// One backup with its proof.
#[utoipa::path(
    get, path = "/backups/{id}", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupView))),
    params(("id" = BackupId, Path)),
    responses((status = 200, body = Backup))
)]
async fn get_backup(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<BackupId>,
    _: NoParams,
) -> Result<Json<Backup>, ApiError> {
    Ok(Json(plane.backups().get(&op, id).await?))
}

/// Removes a backup with its archive. The entry stays as removed.
#[utoipa::path(
    delete, path = "/backups/{id}", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRemove))),
    params(("id" = BackupId, Path)),
    responses((status = 204))
)]
async fn remove_backup(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<BackupId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.backups().remove(&op, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The archive as a tar file: its parts as they are stored, compressed and, where they are, encrypted, with their checksums.
#[utoipa::path(
    get, path = "/backups/{id}/archive", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupDownload))),
    params(("id" = BackupId, Path)),
    responses((status = 200, content_type = "application/x-tar", body = Vec<u8>))
)]
async fn download_backup(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<BackupId>,
    _: NoParams,
) -> Result<Response, ApiError> {
    let file = plane.backups().download(&op, id).await?;
    let headers = [
        (CONTENT_TYPE, "application/x-tar".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
    ];
    Ok((headers, axum::body::Body::from_stream(file.bytes)).into_response())
}

/// Proves a backup: it is restored into a scratch database, which is compared with what was backed up, and dropped.
#[utoipa::path(
    post, path = "/backups/{id}/verify", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupVerify))),
    params(("id" = BackupId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn verify_backup(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<BackupId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().verify(&op, id).await?.into())
}

/// Gives the backup's project its data. The project runs until the data is loaded and compared; then it is in maintenance for a
/// moment. What it had before is kept, so that the restore can be undone.
#[utoipa::path(
    post, path = "/backups/{id}/restore", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRestore))),
    params(("id" = BackupId, Path), IdempotencyKey, IfMatch), request_body = RestoreDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn restore_backup(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<BackupId>,
    Body(draft): Body<RestoreDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().restore(&op, id, &draft).await?.into())
}

/// The databases of a project that a restore replaced, newest first: the ways back.
#[utoipa::path(
    get, path = "/projects/{id}/set-aside-databases", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = Page<SetAsideDatabase>))
)]
async fn list_set_aside_databases(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<Page<SetAsideDatabase>>, ApiError> {
    Ok(Json(Page::whole(plane.backups().set_aside(&op, &id).await?)))
}

/// Undoes a restore: the database and the uploads that it replaced take their place again. What was written since is kept in the
/// same way.
#[utoipa::path(
    post, path = "/projects/{id}/restore-undo", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupUndo))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch), request_body = UndoDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn undo_restore(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    Body(draft): Body<UndoDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().undo(&op, &id, draft.operation).await?.into())
}

/// The backup policy of a project, and when its next backup is due.
#[utoipa::path(
    get, path = "/projects/{id}/backup-policy", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ProjectBackupPolicy))
)]
async fn get_backup_policy(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<ProjectBackupPolicy>, ApiError> {
    Ok(Json(plane.backups().policy(&op, &id).await?))
}

/// Gives a project a backup policy of its own, in place of the present one as a whole.
#[utoipa::path(
    put, path = "/projects/{id}/backup-policy", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupSchedule))),
    params(("id" = ProjectId, Path)), request_body = BackupPolicyDraft,
    responses((status = 200, body = ProjectBackupPolicy))
)]
async fn set_backup_policy(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Body(draft): Body<BackupPolicyDraft>,
) -> Result<Json<ProjectBackupPolicy>, ApiError> {
    Ok(Json(plane.backups().set_policy(&op, &id, Some(draft)).await?))
}

/// Removes the project's own backup policy: that of the fleet applies again.
#[utoipa::path(
    delete, path = "/projects/{id}/backup-policy", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupSchedule))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = ProjectBackupPolicy))
)]
async fn reset_backup_policy(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Json<ProjectBackupPolicy>, ApiError> {
    Ok(Json(plane.backups().set_policy(&op, &id, None).await?))
}
