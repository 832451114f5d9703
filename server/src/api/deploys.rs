//! Deploys of projects: what one would do, requested, taken back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{
    Action, CommitSha, Deploy, DeployDraft, DeployId, DeployPlan, DeployProposal, FieldError, Page,
    ProjectId, RepositoryAhead, SchemaDiff, WrittenSince,
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
        .routes(routes!(list_deploys, deploy_project))
        .routes(routes!(plan_deploy))
        .routes(routes!(get_deploy))
        .routes(routes!(get_written_since))
        .routes(routes!(undo_deploy))
        .routes(routes!(list_commits_ahead))
        .routes(routes!(diff_schema))
        .routes(routes!(list_deploy_proposals, dismiss_deploy_proposal))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeploysQuery {
    /// The `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

/// Which commits.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DiffQuery {
    /// The one commit: 40 hex digits.
    from: String,
    /// The other one.
    to: String,
}

/// The confirmation of an undo with data.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UndoDeployDraft {
    /// The id of the project whose data is replaced.
    #[serde(default)]
    confirm: String,
}

impl Draft for DeployDraft {}
impl Draft for UndoDeployDraft {}

/// The deploys of a project, newest first. They outlive it.
#[utoipa::path(
    get, path = "/projects/{id}/deploys", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = ProjectId, Path), DeploysQuery),
    responses((status = 200, body = Page<Deploy>))
)]
async fn list_deploys(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Params(query): Params<DeploysQuery>,
) -> Result<Json<Page<Deploy>>, ApiError> {
    let mut errors = Vec::new();
    let before = cursor(&mut errors, query.cursor.as_deref());
    check(errors)?;
    Ok(Json(plane.deploys().list(&op, &id, before).await?))
}

/// What a deploy would do to the database of the project now, and what it needs. Changes nothing.
#[utoipa::path(
    post, path = "/projects/{id}/deploy-plan", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectDeploy))),
    params(("id" = ProjectId, Path)), request_body = DeployDraft,
    responses((status = 200, body = DeployPlan))
)]
async fn plan_deploy(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Body(draft): Body<DeployDraft>,
) -> Result<Json<DeployPlan>, ApiError> {
    Ok(Json(plane.deploys().check(&op, &id, &draft).await?))
}

/// Deploys another commit or release: a job with backup, rehearsal, change and proof. One that fails gives the project its former
/// version again. With the version of a former deploy it is a roll back: the data stays as it is. 409 while a backup, a restore or another deploy of the project is open.
#[utoipa::path(
    post, path = "/projects/{id}/deploys", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectDeploy))),
    params(("id" = ProjectId, Path), IdempotencyKey, IfMatch), request_body = DeployDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The job"))))
)]
async fn deploy_project(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<ProjectId>,
    Body(draft): Body<DeployDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.deploys().deploy(&op, &id, &draft).await?.into())
}

/// One deploy, with what was expected and what its rehearsal showed.
#[utoipa::path(
    get, path = "/deploys/{id}", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = DeployId, Path)),
    responses((status = 200, body = Deploy))
)]
async fn get_deploy(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DeployId>,
    _: NoParams,
) -> Result<Json<Deploy>, ApiError> {
    Ok(Json(plane.deploys().get(&op, id).await?))
}

/// What an undo of this deploy with its data would lose: tables with another number of rows than in the backup.
#[utoipa::path(
    get, path = "/deploys/{id}/written-since", tag = "deploys",
    extensions(("x-action" = json!(Action::BackupRestore))),
    params(("id" = DeployId, Path)),
    responses((status = 200, body = WrittenSince))
)]
async fn get_written_since(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<DeployId>,
    _: NoParams,
) -> Result<Json<WrittenSince>, ApiError> {
    Ok(Json(plane.deploys().written_since(&op, id).await?))
}

/// Undoes the last deploy of a project with its data: the backup that was taken before it is restored, schema and rows. The present
/// data is backed up first.
#[utoipa::path(
    post, path = "/deploys/{id}/undo", tag = "deploys",
    extensions(("x-action" = json!(Action::BackupRestore))),
    params(("id" = DeployId, Path), IdempotencyKey, IfMatch), request_body = UndoDeployDraft,
    responses((status = 202, body = Accepted, headers(("Location" = String, description = "The restore"))))
)]
async fn undo_deploy(
    State(plane): State<ControlPlane>,
    Commander(op): Commander,
    Path(id): Path<DeployId>,
    Body(draft): Body<UndoDeployDraft>,
) -> Result<Accepted, ApiError> {
    Ok(plane.deploys().undo(&op, id, &draft.confirm).await?.into())
}

/// The commits of the default branch that changed the schema file after the commit of the project.
#[utoipa::path(
    get, path = "/projects/{id}/commits-ahead", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = RepositoryAhead))
)]
async fn list_commits_ahead(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<RepositoryAhead>, ApiError> {
    Ok(Json(plane.deploys().ahead(&op, &id).await?))
}

/// How the schema file of the project differs between two commits of its repository.
#[utoipa::path(
    get, path = "/projects/{id}/schema-diff", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = ProjectId, Path), DiffQuery),
    responses((status = 200, body = SchemaDiff))
)]
async fn diff_schema(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    Params(query): Params<DiffQuery>,
) -> Result<Json<SchemaDiff>, ApiError> {
    let mut errors = Vec::new();
    let from = FieldError::collect(&mut errors, "from", CommitSha::try_from(query.from));
    let to = FieldError::collect(&mut errors, "to", CommitSha::try_from(query.to));
    check(errors)?;
    let (Some(from), Some(to)) = (from, to) else { return Err(model::Problem::invalid(Vec::new()).into()) };
    Ok(Json(plane.deploys().diff(&op, &id, (&from, &to)).await?))
}

/// The deploy that a push to the repository proposed: the newest commit that changes the schema file. None or one.
#[utoipa::path(
    get, path = "/projects/{id}/deploy-proposals", tag = "deploys",
    extensions(("x-action" = json!(Action::ProjectView))),
    params(("id" = ProjectId, Path)),
    responses((status = 200, body = Page<DeployProposal>))
)]
async fn list_deploy_proposals(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoParams,
) -> Result<Json<Page<DeployProposal>>, ApiError> {
    Ok(Json(Page::whole(plane.deploys().proposals(&op, &id).await?)))
}

/// Dismisses the proposed deploy of a project. The same commit is not proposed again.
#[utoipa::path(
    delete, path = "/projects/{id}/deploy-proposals", tag = "deploys",
    extensions(("x-action" = json!(Action::ProposalDismiss))),
    params(("id" = ProjectId, Path)),
    responses((status = 204))
)]
async fn dismiss_deploy_proposal(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<ProjectId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.deploys().dismiss(&op, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
