//! Operations: what became of a command.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{
    Action, Operation, OperationFilter, OperationFilterDraft, OperationId, OperationKind, OperationStatus,
    Page,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Accepted;
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Params, Path, check, cursor};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_operations))
        .routes(routes!(get_operation))
        .routes(routes!(retry_operation))
        .routes(routes!(cancel_operation))
}

/// Which operations. Every parameter that is given has to match.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OperationsQuery {
    /// Only operations of this project.
    project: Option<String>,
    /// Only operations of this kind.
    #[param(value_type = Option<OperationKind>)]
    kind: Option<String>,
    /// Only operations with this status.
    #[param(value_type = Option<OperationStatus>)]
    status: Option<String>,
    /// Only operations whose actor contains this text, ignoring case: a part of an e-mail address or of the name of a token, or
    /// `reconciler`, `registry`, `schedule` or `host`.
    actor: Option<String>,
    /// Only operations that were requested at or after this time: a date (00:00 UTC) or a time in RFC 3339.
    from: Option<String>,
    /// Only operations that were requested before this time in RFC 3339, or until the end of this date (UTC).
    to: Option<String>,
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

impl OperationsQuery {
    /// The filter, and the operation before which the page starts.
    fn read(self) -> Result<(OperationFilter, Option<OperationId>), ApiError> {
        let Self { project, kind, status, actor, from, to, cursor: before } = self;
        let [project, kind, status, actor, from, to] =
            [project, kind, status, actor, from, to].map(Option::unwrap_or_default);
        let draft = OperationFilterDraft { project, kind, status, actor, from, to };
        let mut errors = Vec::new();
        let filter = draft.validate().map_err(|faults| errors.extend(faults)).unwrap_or_default();
        let before = cursor(&mut errors, before.as_deref());
        check(errors)?;
        Ok((filter, before))
    }
}

/// Operations that the caller may see, newest first.
#[utoipa::path(
    get, path = "/operations", tag = "operations",
    extensions(("x-action" = json!(Action::OperationView))),
    params(OperationsQuery),
    responses((status = 200, body = Page<Operation>))
)]
async fn list_operations(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<OperationsQuery>,
) -> Result<Json<Page<Operation>>, ApiError> {
    let (filter, before) = query.read()?;
    Ok(Json(plane.operations().list(&op, &filter, before).await?))
}

/// One operation with its steps.
#[utoipa::path(
    get, path = "/operations/{id}", tag = "operations",
    extensions(("x-action" = json!(Action::OperationView))),
    params(("id" = OperationId, Path)),
    responses((status = 200, body = Operation))
)]
async fn get_operation(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<OperationId>,
    _: NoParams,
) -> Result<Json<Operation>, ApiError> {
    Ok(Json(plane.operations().get(&op, id).await?))
}

/// Does a failed operation again, as a new one towards what is wanted now.
#[utoipa::path(
    post, path = "/operations/{id}/retry", tag = "operations",
    extensions(("x-action" = json!(Action::OperationRetry))),
    params(("id" = OperationId, Path)),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The new operation"))))
)]
async fn retry_operation(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<OperationId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.operations().retry(&op, id).await?.into())
}

/// Asks a job to end early. Steps that are done stay; the job ends as `cancelled` within seconds. An operation that brings a
/// project to what is desired cannot be cancelled (409): ask for something else instead.
#[utoipa::path(
    post, path = "/operations/{id}/cancel", tag = "operations",
    extensions(("x-action" = json!(Action::OperationCancel))),
    params(("id" = OperationId, Path)),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn cancel_operation(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<OperationId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.operations().cancel(&op, id).await?.into())
}
