//! Repositories that schemas come from.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{
    Action, CommitInfo, FieldError, NewWebhook, Page, Problem, RepoPath, RepoUrl, Repository,
    RepositoryContents, RepositoryDraft, RepositoryId,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Params, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_repositories, add_repository))
        .routes(routes!(remove_repository))
        .routes(routes!(test_repository))
        .routes(routes!(create_webhook, remove_webhook))
        .routes(routes!(list_commits))
}

/// Which commits. Both are needed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CommitsQuery {
    /// The address of the repository.
    #[serde(default)]
    #[param(required = true)]
    repo: String,
    /// The file in it.
    #[serde(default)]
    #[param(required = true)]
    path: String,
}

impl CommitsQuery {
    fn validate(self) -> Result<(RepoUrl, RepoPath), Problem> {
        let mut errors = Vec::new();
        let repo = FieldError::collect(&mut errors, "repo", RepoUrl::try_from(self.repo));
        let path = FieldError::collect(&mut errors, "path", RepoPath::try_from(self.path));
        repo.zip(path).ok_or_else(|| Problem::invalid(errors))
    }
}

/// All registered repositories.
#[utoipa::path(
    get, path = "/repositories", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryView))),
    responses((status = 200, body = Page<Repository>))
)]
async fn list_repositories(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<Repository>>, ApiError> {
    Ok(Json(Page::whole(plane.repositories().list(&op).await?)))
}

/// Registers a repository. Its credential goes into the secret store and never comes out.
#[utoipa::path(
    post, path = "/repositories", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryAdd))),
    request_body = RepositoryDraft,
    responses((status = 201, body = Repository))
)]
async fn add_repository(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(draft): Body<RepositoryDraft>,
) -> Result<(StatusCode, Json<Repository>), ApiError> {
    Ok((StatusCode::CREATED, Json(plane.repositories().add(&op, draft).await?)))
}

/// Removes a repository that no project uses, with its credential.
#[utoipa::path(
    delete, path = "/repositories/{id}", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryRemove))),
    params(("id" = RepositoryId, Path)),
    responses((status = 204))
)]
async fn remove_repository(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RepositoryId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.repositories().remove(&op, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Contacts a repository and says what it holds.
#[utoipa::path(
    post, path = "/repositories/{id}/test", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryBrowse))),
    params(("id" = RepositoryId, Path)),
    responses((status = 200, body = RepositoryContents))
)]
async fn test_repository(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RepositoryId>,
    _: NoInput,
) -> Result<Json<RepositoryContents>, ApiError> {
    Ok(Json(plane.repositories().test(&op, id).await?))
}

/// Creates the webhook of a repository, or gives the present one another secret. Address and secret are in this answer only.
#[utoipa::path(
    post, path = "/repositories/{id}/webhook", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryWebhook))),
    params(("id" = RepositoryId, Path)),
    responses((status = 201, body = NewWebhook))
)]
async fn create_webhook(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RepositoryId>,
    _: NoInput,
) -> Result<(StatusCode, Json<NewWebhook>), ApiError> {
    Ok((StatusCode::CREATED, Json(plane.webhooks().create(&op, id).await?)))
}

/// Removes the webhook of a repository. Its deliveries are refused from now on; proposals stay.
#[utoipa::path(
    delete, path = "/repositories/{id}/webhook", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryWebhook))),
    params(("id" = RepositoryId, Path)),
    responses((status = 204))
)]
async fn remove_webhook(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<RepositoryId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.webhooks().remove(&op, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The newest commits that changed a file.
#[utoipa::path(
    get, path = "/repositories/commits", tag = "repositories",
    extensions(("x-action" = json!(Action::RepositoryBrowse))),
    params(CommitsQuery),
    responses((status = 200, body = Page<CommitInfo>))
)]
async fn list_commits(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Params(query): Params<CommitsQuery>,
) -> Result<Json<Page<CommitInfo>>, ApiError> {
    let (repo, path) = query.validate()?;
    Ok(Json(Page::whole(plane.repositories().commits(&op, &repo, &path).await?)))
}
