//! `/graphql`: `{ __typename }`, `records(model, limit)` and `create(model, data)`, for callers with a token.
//!
//! Failures of a query are `errors` in a 200. A body that is too long or no JSON is an empty query, as with the original.

mod query;

use std::time::Instant;

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::State,
    http::header::CONTENT_TYPE,
    response::{Html, IntoResponse, Response},
};
use graphql_parser::query::ParseError;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;

use self::query::{Call, Kind};
use super::{AppState, Shared, auth::Caller};
use crate::{
    records::{self, RecordError, Scope},
    schema::Model,
};

const BODY_LIMIT: usize = 2_000_000;
const DEFAULT_LIMIT: i64 = 50;

/// What a query gets as its error message.
#[derive(Debug, Error)]
enum GraphqlError {
    #[error(transparent)]
    Syntax(#[from] ParseError),
    #[error("The request has no operation {}", name.as_deref().unwrap_or("at all"))]
    NoOperation { name: Option<String> },
    #[error("Fragments are not supported by the stand-in")]
    Fragment,
    #[error("Unknown field '{0}'")]
    UnknownField(String),
    #[error("Unknown model '{0}'")]
    UnknownModel(String),
    #[error("Argument 'data' must be an object")]
    Data,
    #[error(transparent)]
    Record(#[from] RecordError),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Request {
    query: String,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
}

/// The page for people.
pub async fn playground() -> impl IntoResponse {
    Html("<!doctype html><html lang=\"en\"><title>GraphQL</title><p>POST a query to this address.</p></html>")
}

/// Runs one request and counts it.
pub async fn execute(State(state): State<Shared>, caller: Caller, body: Body) -> Response {
    let start = Instant::now();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let request: Request = serde_json::from_slice(&body).unwrap_or_default();
    let outcome = run(&state, &caller, &request).await;
    state.metrics.graphql_request(request.operation_name.as_deref(), outcome.is_ok(), start);
    let answer = match outcome {
        Ok(data) => json!({ "data": data }),
        Err(error) => json!({ "data": null, "errors": [{ "message": error.to_string() }] }),
    };
    ([(CONTENT_TYPE, "application/graphql-response+json")], Json(answer)).into_response()
}

async fn run(
    state: &AppState,
    caller: &Caller,
    request: &Request,
) -> Result<Map<String, Value>, GraphqlError> {
    let variables = request.variables.clone().unwrap_or_default();
    let mut data = Map::new();
    for call in query::calls(&request.query, request.operation_name.as_deref(), &variables)? {
        let value = resolve(state, caller, &call).await?;
        data.insert(call.key, value);
    }
    Ok(data)
}

async fn resolve(state: &AppState, caller: &Caller, call: &Call) -> Result<Value, GraphqlError> {
    let scope = Scope { actor: &caller.user.id, tenant: caller.tenant.as_deref() };
    match (call.kind, call.field.as_str()) {
        (kind, "__typename") => Ok(kind.type_name().into()),
        (Kind::Query, "records") => {
            let limit = call.argument("limit").as_i64().unwrap_or(DEFAULT_LIMIT);
            Ok(records::list(&state.pool, model(state, call)?, scope, limit).await?.into())
        }
        (Kind::Mutation, "create") => {
            let data = object(call.argument("data")).ok_or(GraphqlError::Data)?;
            Ok(records::create(&state.pool, model(state, call)?, scope, &data).await?)
        }
        _ => Err(GraphqlError::UnknownField(call.field.clone())),
    }
}

fn model<'a>(state: &'a AppState, call: &Call) -> Result<&'a Model, GraphqlError> {
    let name = call.argument("model").as_str().unwrap_or_default();
    let found = state.schema.registered().find(|model| model.name == name);
    found.ok_or_else(|| GraphqlError::UnknownModel(name.to_owned()))
}

/// An object, or text that is the JSON of one.
fn object(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}
