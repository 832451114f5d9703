//! Backups of the control plane itself, its recovery key, and the restore of projects whose database is lost.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use control_plane::backups::fleet::NewRecoveryKey;
use model::{Action, BackupId, FleetBackup, FleetRecovery, LostProject, OperationId, Page, RecoveryKey};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::error::ApiError;
use super::input::{Caller, Commander, IdempotencyKey, NoInput, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_fleet_recovery))
        .routes(routes!(create_fleet_backup))
        .routes(routes!(get_fleet_backup, remove_fleet_backup))
        .routes(routes!(make_recovery_key))
        .routes(routes!(restore_lost_projects))
}

/// A new recovery key.
#[derive(Serialize, ToSchema)]
struct MadeRecoveryKey {
    /// The private part, an age identity; it cannot be shown again.
    #[schema(format = Password)]
    identity: String,
    /// What is known of it afterwards.
    key: RecoveryKey,
    /// The job that takes the first backup that is sealed to it; absent: a backup was under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<OperationId>,
}

impl From<NewRecoveryKey> for MadeRecoveryKey {
    fn from(NewRecoveryKey { key, identity, operation }: NewRecoveryKey) -> Self {
        Self { identity: identity.expose_secret().to_owned(), key, operation }
    }
}

/// How the control plane itself can be recovered: its recovery key, its backups, and what is wrong.
#[utoipa::path(
    get, path = "/fleet/recovery", tag = "recovery",
    extensions(("x-action" = json!(Action::FleetBackupView))),
    responses((status = 200, body = FleetRecovery))
)]
async fn get_fleet_recovery(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<FleetRecovery>, ApiError> {
    Ok(Json(plane.fleet_backups().recovery(&op).await?))
}

/// Takes a backup of the control plane itself and proves it: a job.
#[utoipa::path(
    post, path = "/fleet/backups", tag = "recovery",
    extensions(("x-action" = json!(Action::FleetBackupCreate))),
    params(IdempotencyKey),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn create_fleet_backup(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.fleet_backups().create(&op).await?.into())
}

/// One backup of the control plane with its proof.
#[utoipa::path(
    get, path = "/fleet/backups/{id}", tag = "recovery",
    extensions(("x-action" = json!(Action::FleetBackupView))),
    params(("id" = BackupId, Path)),
    responses((status = 200, body = FleetBackup))
)]
async fn get_fleet_backup(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<BackupId>,
    _: NoParams,
) -> Result<Json<FleetBackup>, ApiError> {
    Ok(Json(plane.fleet_backups().get(&op, id).await?))
}

/// Removes a backup of the control plane with its archive.
#[utoipa::path(
    delete, path = "/fleet/backups/{id}", tag = "recovery",
    extensions(("x-action" = json!(Action::FleetBackupRemove))),
    params(("id" = BackupId, Path)),
    responses((status = 204))
)]
async fn remove_fleet_backup(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<BackupId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.fleet_backups().remove(&op, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a recovery key and takes a backup that is sealed to it. The private part is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/fleet/recovery-key", tag = "recovery",
    extensions(("x-action" = json!(Action::RecoveryKeyMake))),
    responses((status = 201, body = MadeRecoveryKey))
)]
async fn make_recovery_key(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoInput,
) -> Result<(StatusCode, Json<MadeRecoveryKey>), ApiError> {
    let made = plane.fleet_backups().make_recovery_key(&op).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Restores every project whose database is lost from its newest backup, as far as the caller may: a job each.
#[utoipa::path(
    post, path = "/fleet/restore-projects", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRestore))),
    responses((status = 200, body = Page<LostProject>))
)]
async fn restore_lost_projects(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoInput,
) -> Result<Json<Page<LostProject>>, ApiError> {
    Ok(Json(Page::whole(plane.fleet_backups().restore_projects(&op).await?)))
}
