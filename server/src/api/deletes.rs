//! Deletes of projects with their database: requests, decisions, the trash.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{
    Action, ApprovalDraft, DeletePreview, DeleteRequest, DeleteRequestDraft, DeleteRequestId, FieldError,
    Page, ProjectId, ReasonDraft, TrashedProject,
};
use serde::Deserialize;
use utoipa::IntoParams;
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
        .routes(routes!(preview_delete))
        .routes(routes!(request_delete))
        .routes(routes!(list_delete_requests))
        .routes(routes!(get_delete_request))
        .routes(routes!(approve_delete_request))
        .routes(routes!(refuse_delete_request))
        .routes(routes!(withdraw_delete_request))
        .routes(routes!(list_trash))
        .routes(routes!(undelete_project))
}

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RequestsQuery {
    /// `open` (default): those that are not over, the oldest first. `over`: the others, the newest first, by pages.
    state: Option<String>,
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

impl Draft for DeleteRequestDraft {}
impl Draft for ApprovalDraft {}
impl Draft for ReasonDraft {}

/// What a delete of the project with its database would destroy now, and what it would need.
#[utoipa::path(
    get, path = "/projects/{id}/delete-preview", tag = "deletes",
    extensions(("x-action" = json!(Action::DeleteRequestView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = DeletePreview))
)]
async fn preview_delete(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<DeletePreview>, ApiError> {
    Ok(Json(plane.deletes().preview(&op, &id).await?))
}

/// Requests the delete of a project with its database. The project runs until the request is approved; then a last backup is
/// proved, and the project is in the trash. 409 while the deletion protection is on, a request is open, or a backup or restore runs.
#[utoipa::path(
    post, path = "/projects/{id}/delete-requests", tag = "deletes",
    extensions(("x-action" = json!(Action::ProjectDrop))),
    params(("id" = ProjectId, Path)), request_body = DeleteRequestDraft,
    responses((status = 201, body = DeleteRequest))
)]
async fn request_delete(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Body(draft): Body<DeleteRequestDraft>,
) -> Result<(StatusCode, Json<DeleteRequest>), ApiError> {
    Ok((StatusCode::CREATED, Json(plane.deletes().request(&op, &id, &draft).await?)))
}

/// Delete requests, each with what its requester was shown. They outlive their project.
#[utoipa::path(
    get, path = "/delete-requests", tag = "deletes",
    extensions(("x-action" = json!(Action::DeleteRequestView))),
    params(RequestsQuery),
    responses((status = 200, body = Page<DeleteRequest>))
)]
async fn list_delete_requests(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<RequestsQuery>,
) -> Result<Json<Page<DeleteRequest>>, ApiError> {
    let mut errors = Vec::new();
    let before = cursor(&mut errors, query.cursor.as_deref());
    let state = query.state.as_deref().unwrap_or("open");
    if !matches!(state, "open" | "over") {
        let fault = model::Invalid::new(format!("{state:?} is not accepted."), "open or over");
        errors.push(FieldError::new("state", fault));
    }
    check(errors)?;
    let page = match state {
        "open" => Page::whole(plane.deletes().open(&op).await?),
        _ => plane.deletes().decided(&op, before).await?,
    };
    Ok(Json(page))
}

/// One delete request.
#[utoipa::path(
    get, path = "/delete-requests/{id}", tag = "deletes",
    extensions(("x-action" = json!(Action::DeleteRequestView))),
    params(("id" = DeleteRequestId, Path)),
    responses((status = 200, body = DeleteRequest))
)]
async fn get_delete_request(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DeleteRequestId>,
    _: NoParams,
) -> Result<Json<DeleteRequest>, ApiError> {
    Ok(Json(plane.deletes().get(&op, id).await?))
}

/// Approves the delete request of another operator. 403 for its requester, also with a token of theirs.
#[utoipa::path(
    post, path = "/delete-requests/{id}/approve", tag = "deletes",
    extensions(("x-action" = json!(Action::ProjectDropApprove))),
    params(("id" = DeleteRequestId, Path)), request_body = ApprovalDraft,
    responses((status = 200, body = DeleteRequest))
)]
async fn approve_delete_request(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DeleteRequestId>,
    Body(draft): Body<ApprovalDraft>,
) -> Result<Json<DeleteRequest>, ApiError> {
    Ok(Json(plane.deletes().approve(&op, id, &draft).await?))
}

/// Refuses a delete request, with a reason. The project stays as it is.
#[utoipa::path(
    post, path = "/delete-requests/{id}/refuse", tag = "deletes",
    extensions(("x-action" = json!(Action::ProjectDropApprove))),
    params(("id" = DeleteRequestId, Path)), request_body = ReasonDraft,
    responses((status = 200, body = DeleteRequest))
)]
async fn refuse_delete_request(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DeleteRequestId>,
    Body(draft): Body<ReasonDraft>,
) -> Result<Json<DeleteRequest>, ApiError> {
    Ok(Json(plane.deletes().refuse(&op, id, &draft).await?))
}

/// Withdraws one's own delete request. The project stays as it is.
#[utoipa::path(
    post, path = "/delete-requests/{id}/withdraw", tag = "deletes",
    extensions(("x-action" = json!(Action::ProjectDrop))),
    params(("id" = DeleteRequestId, Path)), request_body = ReasonDraft,
    responses((status = 200, body = DeleteRequest))
)]
async fn withdraw_delete_request(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DeleteRequestId>,
    Body(draft): Body<ReasonDraft>,
) -> Result<Json<DeleteRequest>, ApiError> {
    Ok(Json(plane.deletes().withdraw(&op, id, &draft).await?))
}

/// Projects in the trash, newest first. Their database, secrets and media are destroyed at `drop_after`.
#[utoipa::path(
    get, path = "/trash", tag = "deletes",
    extensions(("x-action" = json!(Action::RetainedDatabaseView))),
    responses((status = 200, body = Page<TrashedProject>))
)]
async fn list_trash(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<TrashedProject>>, ApiError> {
    Ok(Json(Page::whole(plane.deletes().trash(&op).await?)))
}

/// Brings a project back from the trash as it was. 409 naming the project that has one of its names now.
#[utoipa::path(
    post, path = "/projects/{id}/undelete", tag = "deletes",
    extensions(("x-action" = json!(Action::ProjectUndelete))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn undelete_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().undelete(&op, &id).await?.into())
}
