//! Uploads of archives.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use futures::{StreamExt as _, TryStreamExt as _};
use model::{Action, Backup, Problem, ProblemKind, ProjectId};
use serde::Deserialize;
use tracing::Instrument as _;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::{Caller, Params};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(upload_backup))
}

/// To which project an uploaded archive belongs.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// The project; that of the archive if it is absent. It need not exist.
    project: Option<ProjectId>,
}

/// Lists an archive as a backup: a tar file as it was downloaded, `SHA256SUMS` and `manifest.json` first. Every checksum is checked
/// while it arrives; nothing is stored of an archive that has a fault or cannot be restored here. Its verification is requested.
#[utoipa::path(
    post, path = "/backups/upload", tag = "recovery",
    extensions(("x-action" = json!(Action::BackupUpload))),
    params(UploadQuery), request_body(content = Vec<u8>, content_type = "application/x-tar"),
    responses((status = 201, body = Backup))
)]
async fn upload_backup(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<UploadQuery>,
    body: axum::body::Body,
) -> Result<(StatusCode, Json<Backup>), ApiError> {
    let bytes = body.into_data_stream().map_err(std::io::Error::other).boxed();
    // to its end also if the caller goes away: what was staged is removed again
    let upload = async move { plane.backups().upload(&op, query.project, bytes).await };
    let stored = tokio::spawn(upload.in_current_span()).await;
    let stored = stored.map_err(|error| ended(&error))??;
    Ok((StatusCode::CREATED, Json(stored)))
}

fn ended(error: &tokio::task::JoinError) -> ApiError {
    tracing::error!(%error, "the upload of an archive");
    let detail = "The upload ended by a fault of the program. The control plane's log says more.";
    ApiError(Problem::new(ProblemKind::Internal, "Internal error", detail))
}
