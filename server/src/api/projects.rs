//! Projects: what they are, and what operators ask of them.

mod query;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::ETAG;
use control_plane::ControlPlane;
use model::{Action, Page, Project, ProjectDraft, ProjectEvent, ProjectId, ProjectPatch};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::query::ProjectsQuery;
use super::answer::Accepted;
use super::audit::EventsQuery;
use super::body::Body;
use super::error::ApiError;
use super::input::{Caller, Commander, IdempotencyKey, IfMatch, NoInput, NoParams, Params, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_projects, create_project))
        .routes(routes!(get_project, edit_project, delete_project))
        .routes(routes!(start_project))
        .routes(routes!(stop_project))
        .routes(routes!(restart_project))
        .routes(routes!(list_project_events))
        .routes(routes!(reveal_admin_password))
}

/// The first admin of a project. The password is answered once.
#[derive(Serialize, ToSchema)]
struct AdminPassword {
    /// Under which address they log in.
    email: String,
    /// The generated password.
    #[schema(format = Password)]
    password: String,
}

/// Projects that the caller may see and that fulfil every condition, by id. `/fleet` has all of them in one answer, worst
/// first.
#[utoipa::path(
    get, path = "/projects", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(ProjectsQuery), responses((status = 200, body = Page<Project>))
)]
async fn list_projects(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<ProjectsQuery>,
) -> Result<Json<Page<Project>>, ApiError> {
    let (filter, after) = query.read()?;
    Ok(Json(plane.projects().list(&op, &filter, after.as_ref()).await?))
}

/// Creates a project. Everything that can be refused is refused at once; what follows is an operation.
#[utoipa::path(
    post, path = "/projects", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectCreate))),
    request_body = ProjectDraft, params(IdempotencyKey),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The operation"))))
)]
async fn create_project(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    IdempotencyKey { key }: IdempotencyKey,
    Body(draft): Body<ProjectDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().create(&op, draft, key).await?.into())
}

/// One project, with what was last seen of it. The `ETag` is its generation: send it as `If-Match` with an edit.
#[utoipa::path(
    get, path = "/projects/{id}", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = Project, headers(("ETag" = String, description = "Its generation, in quotes"))))
)]
async fn get_project(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<([(HeaderName, String); 1], Json<Project>), ApiError> {
    let project = plane.projects().get(&op, &id).await?;
    Ok(([(ETAG, format!("\"{}\"", project.generation))], Json(project)))
}

/// Changes what is given, and nothing else. The schema can be changed while the project has never run. An edit names the
/// generation that it was made from, as `If-Match` or as the field `generation`: without one it is refused with 428 and the
/// present generation, and with 409 and `differences` when a wanted field was changed since.
#[utoipa::path(
    patch, path = "/projects/{id}", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectEdit))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch), request_body = ProjectPatch,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The operation"))))
)]
async fn edit_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    Body(patch): Body<ProjectPatch>,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().edit(&op, &id, patch).await?.into())
}

/// Takes a project down. Its database, secrets and media are kept; nothing that can be sent along drops them.
#[utoipa::path(
    delete, path = "/projects/{id}", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectDelete))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The operation"))))
)]
async fn delete_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().delete(&op, &id).await?.into())
}

/// Runs it again.
#[utoipa::path(
    post, path = "/projects/{id}/start", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectStart))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The operation"))))
)]
async fn start_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().start(&op, &id).await?.into())
}

/// Ends its instance; the gateway answers with the maintenance page.
#[utoipa::path(
    post, path = "/projects/{id}/stop", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectStop))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The operation"))))
)]
async fn stop_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().stop(&op, &id).await?.into())
}

/// Replaces its instance by an equal one; the gateway holds requests meanwhile.
#[utoipa::path(
    post, path = "/projects/{id}/restart", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectRestart))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch),
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The operation"))))
)]
async fn restart_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Accepted, ApiError> {
    Ok(plane.projects().restart(&op, &id).await?.into())
}

/// What happened to a project, newest first; stays when the project is gone.
#[utoipa::path(
    get, path = "/projects/{id}/events", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = ProjectId, Path), EventsQuery),
    responses((status = 200, body = Page<ProjectEvent>))
)]
async fn list_project_events(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Params(query): Params<EventsQuery>,
) -> Result<Json<Page<ProjectEvent>>, ApiError> {
    let (filter, before) = query.read()?;
    Ok(Json(plane.projects().events(&op, &id, filter, before).await?))
}

/// The generated password of the project's first admin: once. 404 when there is none or it was shown already.
#[utoipa::path(
    post, path = "/projects/{id}/admin-password", tag = "projects",
    extensions(("x-action" = json!(Action::ProjectAdminPassword))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = AdminPassword))
)]
async fn reveal_admin_password(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<Json<AdminPassword>, ApiError> {
    let login = plane.projects().reveal_admin_password(&op, &id).await?;
    let password = login.password.expose_secret().to_owned();
    Ok(Json(AdminPassword { email: login.email.to_string(), password }))
}
