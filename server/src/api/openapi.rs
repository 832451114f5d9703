//! The description of the API. What holds for every operation is added here: problems, and who may ask.

use std::sync::LazyLock;

use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use model::Problem;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::input::NoParams;
use crate::state::AppState;

/// The name of the way in by token.
const BEARER: &str = "bearer";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Atomo Fleet",
        version = "1",
        description = "The control plane for a portfolio of Atomo projects. Commands answer 202 with an operation to follow. Unknown fields and parameters are refused.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
    ),
    servers((url = "/api/v1")),
    components(schemas(Problem)),
    security(("bearer" = [])),
)]
struct Frame;

/// The routes are added to this.
pub fn begin() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Frame::openapi())
}

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(get_openapi))
}

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "fleet", security(()),
    responses((status = 200, body = serde_json::Value))
)]
async fn get_openapi(_: NoParams) -> Result<([(HeaderName, &'static str); 1], &'static str), ApiError> {
    static TEXT: LazyLock<String> = LazyLock::new(|| super::openapi().to_json().unwrap_or_default());
    Ok(([(CONTENT_TYPE, "application/json")], TEXT.as_str()))
}

/// Adds what is the same for every operation.
pub fn finish(mut collected: OpenApi) -> OpenApi {
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    collected.components.get_or_insert_default().add_security_scheme(BEARER, bearer);
    collected.paths.paths.values_mut().flat_map(operations).for_each(complete);
    collected
}

/// The operations of a path.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn complete(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            meaning(status).clone_into(&mut response.description);
        }
    }
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    let failed = ResponseBuilder::new()
        .description("It was not done. The problem says why, whether anything was changed, and what to do.")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".into(), RefOr::T(failed));
}

/// What a status means all over the API.
fn meaning(status: &str) -> &'static str {
    match status {
        "201" => "It was made.",
        "202" => "It was accepted; the operation says what becomes of it.",
        "204" => "It was done; there is nothing to tell.",
        _ => "The answer.",
    }
}
