//! Tokens for programs. A token is in the answer that made it and nowhere else.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use control_plane::ControlPlane;
use model::{Action, ApiToken, Page, TokenId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{Body, Draft};
use super::error::ApiError;
use super::input::{Caller, NoInput, NoParams, Path};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

/// A token as it is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenDraft {
    /// What it is for, 1 to 80 characters.
    #[serde(default)]
    name: String,
}

impl Draft for TokenDraft {}

/// A new token.
#[derive(Serialize, ToSchema)]
pub struct NewToken {
    /// The token itself; it cannot be shown again.
    #[schema(format = Password)]
    token: String,
    /// What is known of it afterwards.
    info: ApiToken,
}

impl From<(ApiToken, SecretString)> for NewToken {
    fn from((info, token): (ApiToken, SecretString)) -> Self {
        Self { token: token.expose_secret().to_owned(), info }
    }
}

/// The caller's own tokens, newest first.
#[utoipa::path(
    get, path = "/tokens", tag = "people",
    extensions(("x-action" = json!(Action::TokenView))),
    responses((status = 200, body = Page<ApiToken>))
)]
async fn list_tokens(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    _: NoParams,
) -> Result<Json<Page<ApiToken>>, ApiError> {
    Ok(Json(Page::whole(plane.operators().tokens(&op).await?)))
}

/// Makes a token that may do what the caller may.
#[utoipa::path(
    post, path = "/tokens", tag = "people",
    extensions(("x-action" = json!(Action::TokenCreate))),
    request_body = TokenDraft, responses((status = 201, body = NewToken))
)]
async fn create_token(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Body(TokenDraft { name }): Body<TokenDraft>,
) -> Result<(StatusCode, Json<NewToken>), ApiError> {
    let made = plane.operators().create_token(&op, name).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Ends a token of the caller.
#[utoipa::path(
    delete, path = "/tokens/{id}", tag = "people",
    extensions(("x-action" = json!(Action::TokenRevoke))),
    params(("id" = TokenId, Path)), responses((status = 204))
)]
async fn revoke_token(
    State(plane): State<ControlPlane>,
    Caller(op): Caller,
    Path(id): Path<TokenId>,
    _: NoInput,
) -> Result<StatusCode, ApiError> {
    plane.operators().revoke_token(&op, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
