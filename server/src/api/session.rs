//! Logging in without the dashboard, and who is logged in.

use axum::Json;
use axum::extract::State;
use control_plane::ControlPlane;
use model::{Me, Problem, ProblemKind};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, ComesFrom, NoParams};
use super::tokens::NewToken;
use crate::state::AppState;

/// What the token of a log-in is called.
const TOKEN_NAME: &str = "cli";

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(log_in)).routes(routes!(get_me))
}

/// A log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// The operator's address.
    email: String,
    /// Their password.
    #[schema(value_type = String, format = Password, write_only)]
    password: SecretString,
}

impl Draft for LogIn {}

/// Makes a token for whoever knows an operator's password. After several wrong ones the next has to wait.
#[utoipa::path(
    post, path = "/login", tag = "people", security(()), request_body = LogIn,
    responses((status = 200, body = NewToken))
)]
async fn log_in(
    State(plane): State<ControlPlane>,
    ComesFrom(peer): ComesFrom,
    Body(LogIn { email, password }): Body<LogIn>,
) -> Result<Json<NewToken>, ApiError> {
    let operators = plane.operators();
    let identity = operators.log_in(email, password, peer).await?;
    let op = operators.identify(&identity).await?.ok_or_else(ended)?;
    Ok(Json(operators.create_token(&op, TOKEN_NAME.into()).await?.into()))
}

/// Who asks.
#[utoipa::path(get, path = "/me", tag = "people", responses((status = 200, body = Me)))]
async fn get_me(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Me>, ApiError> {
    Ok(Json(plane.operators().me(&op).await?))
}

/// The password was changed between the log-in and its answer.
fn ended() -> Problem {
    Problem::new(
        ProblemKind::Unauthenticated,
        "Not logged in",
        "This log-in has ended already. Log in again.",
    )
}
