//! Secrets of projects: values go in and never come out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use control_plane::ControlPlane;
use model::{Action, FieldError, Page, Problem, ProjectId, SecretChanged, SecretInfo, SecretName};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::location;
use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_secrets)).routes(routes!(put_secret))
}

/// A new value.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecretValue {
    /// At most 32,768 bytes, without NUL characters.
    #[schema(value_type = String, format = Password, write_only)]
    value: SecretString,
}

impl Draft for SecretValue {}

/// Which secrets a project has, without their values.
#[utoipa::path(
    get, path = "/projects/{id}/secrets", tag = "secrets",
    extensions(("x-action" = json!(Action::SecretView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = Page<SecretInfo>))
)]
async fn list_secrets(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<Page<SecretInfo>>, ApiError> {
    Ok(Json(Page::whole(plane.secrets().list(&op, &id).await?)))
}

/// Sets a secret. When the environment uses it, the instance is replaced by one that has the new value: 202, and
/// `Location` names the operation.
#[utoipa::path(
    put, path = "/projects/{id}/secrets/{name}", tag = "secrets",
    extensions(("x-action" = json!(Action::SecretPut))),
    params(("id" = ProjectId, Path), ("name" = SecretName, Path)), request_body = SecretValue,
    responses(
        (status = 200, body = SecretChanged),
        (status = 202, body = SecretChanged, headers(("Location" = String, description = "The operation")))
    )
)]
async fn put_secret(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path((id, name)): Path<(ProjectId, String)>,
    Body(SecretValue { value }): Body<SecretValue>,
) -> Result<Response, ApiError> {
    let name =
        SecretName::try_from(name).map_err(|fault| Problem::invalid(vec![FieldError::new("name", fault)]))?;
    let changed = plane.secrets().put(&op, &id, &name, value).await?;
    Ok(match changed.operation.as_ref().map(|operation| operation.id) {
        Some(operation) => (StatusCode::ACCEPTED, [location(operation)], Json(changed)).into_response(),
        None => Json(changed).into_response(),
    })
}
