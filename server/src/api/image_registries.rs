//! Registries that images of the server are pulled from.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{Action, ImageRegistry, ImageRegistryDraft, ImageRegistryId, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_image_registries, add_image_registry))
        .routes(routes!(remove_image_registry))
}

/// All registries of images that have a credential.
#[utoipa::path(
    get, path = "/image-registries", tag = "image-registries",
    extensions(("x-action" = json!(Action::ImageRegistryView))),
    responses((status = 200, body = Page<ImageRegistry>))
)]
async fn list_image_registries(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<ImageRegistry>>, ApiError> {
    Ok(Json(Page::whole(plane.image_registries().list(&op).await?)))
}

/// Adds a registry of images, or replaces the credential of the one that has this host (200). The password goes into the
/// secret store and never comes out.
#[utoipa::path(
    post, path = "/image-registries", tag = "image-registries",
    extensions(("x-action" = json!(Action::ImageRegistryAdd))),
    request_body = ImageRegistryDraft,
    responses((status = 201, body = ImageRegistry), (status = 200, body = ImageRegistry))
)]
async fn add_image_registry(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(draft): Body<ImageRegistryDraft>,
) -> Result<(StatusCode, Json<ImageRegistry>), ApiError> {
    let registry = plane.image_registries().add(&op, draft).await?;
    let status = if registry.was_replaced() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(registry)))
}

/// Removes a registry of images with its credential. Instances that run go on.
#[utoipa::path(
    delete, path = "/image-registries/{id}", tag = "image-registries",
    extensions(("x-action" = json!(Action::ImageRegistryRemove))),
    params(("id" = ImageRegistryId, Path)),
    responses((status = 204))
)]
async fn remove_image_registry(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ImageRegistryId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.image_registries().remove(&op, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
