//! The HTTP API below `/api/v1`: one file for each noun. A handler reads its input, calls the control plane and answers;
//! authorisation is decided there.
//!
//! Every failure is a [`model::Problem`], also for an unknown path or method. An anonymous caller is rejected before
//! anything else is checked, and unknown input (a field, a parameter, a body where none belongs) is rejected, not
//! ignored. The description is collected from the routes.

mod alerts;
mod answer;
mod audit;
mod backups;
mod body;
mod database_servers;
mod deletes;
mod deploys;
mod drift;
pub mod error;
mod events;
mod fleet;
mod fleet_backups;
mod gateway;
mod image_registries;
mod input;
mod logs;
mod new_projects;
mod openapi;
mod operations;
mod orphans;
mod params;
mod project_plans;
mod projects;
mod recovery;
mod repositories;
mod retained_databases;
mod rollouts;
mod secrets;
mod session;
mod side_databases;
mod tokens;
mod uploads;

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::Method;
use model::{Problem, ProblemKind};
use utoipa_axum::router::OpenApiRouter;

use crate::middleware::body_limit;
use crate::state::AppState;
use error::ApiError;

/// Everything, for `/api/v1`. The asker's [`control_plane::OpContext`] is expected in the request's extensions, and so
/// is the [`control_plane::operators::stream_grant::StreamGrant`] of their streams.
pub fn routes() -> Router<AppState> {
    let (routes, _) = router().split_for_parts();
    routes.fallback(unknown_path).method_not_allowed_fallback(unknown_method).layer(body_limit::layer())
}

/// The description of the API; paths are below `/api/v1`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, collected) = router().split_for_parts();
    openapi::finish(collected)
}

fn router() -> OpenApiRouter<AppState> {
    openapi::begin()
        .merge(projects::router())
        .merge(project_plans::router())
        .merge(logs::router())
        .merge(secrets::router())
        .merge(operations::router())
        .merge(repositories::router())
        .merge(backups::router())
        .merge(recovery::router())
        .merge(deletes::router())
        .merge(deploys::router())
        .merge(rollouts::router())
        .merge(drift::router())
        .merge(alerts::router())
        .merge(new_projects::router())
        .merge(uploads::router())
        .merge(side_databases::router())
        .merge(retained_databases::router())
        .merge(image_registries::router())
        .merge(fleet::router())
        .merge(fleet_backups::router())
        .merge(database_servers::router())
        .merge(gateway::router())
        .merge(orphans::router())
        .merge(audit::router())
        .merge(tokens::router())
        .merge(session::router())
        .merge(events::router())
        .merge(openapi::router())
}

async fn unknown_path(OriginalUri(uri): OriginalUri) -> ApiError {
    let detail = format!("There is no {}. /api/v1/openapi.json lists what there is.", uri.path());
    ApiError(Problem::new(ProblemKind::NotFound, "Not found", detail))
}

/// The header `Allow` is added by the router.
async fn unknown_method(method: Method, OriginalUri(uri): OriginalUri) -> ApiError {
    let detail = format!(
        "Nothing was changed. {} does not take {method}; the header Allow says what it takes.",
        uri.path()
    );
    ApiError(Problem { status: 405, ..Problem::new(ProblemKind::Malformed, "Method not allowed", detail) })
}

#[cfg(test)]
pub mod tests;
