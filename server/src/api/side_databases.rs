//! Single tables of a backup, in a database beside that of the project.

use axum::extract::State;
use control_plane::ControlPlane;
use model::{Action, BackupId, OperationId, ProjectId, TablesDraft};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Commander, IdempotencyKey, IfMatch, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(restore_tables)).routes(routes!(drop_side_database))
}

/// The side database that is dropped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DropDraft {
    /// The operation that made it.
    operation: OperationId,
}

impl Draft for TablesDraft {}
impl Draft for DropDraft {}

/// Restores tables of a backup into a database beside that of the project: a job. The project is not touched. The database is listed
/// with those that are set aside, belongs to the project's role, and is dropped after the period of an undo.
#[utoipa::path(
    post, path = "/backups/{id}/restore-tables", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupRestoreTables))),
    params(("id" = BackupId, Path), IdempotencyKey, IfMatch), request_body = TablesDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn restore_tables(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<BackupId>,
    Body(draft): Body<TablesDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().restore_tables(&op, id, &draft).await?.into())
}

/// Drops a side database before its time: a job.
#[utoipa::path(
    post, path = "/projects/{id}/side-database-drop", tag = "recovery",
    extensions(("x-action" = json!(Action::DatabaseDrop))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch), request_body = DropDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn drop_side_database(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    Body(draft): Body<DropDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.backups().drop_side(&op, &id, draft.operation).await?.into())
}
