//! What a request says besides its body: who asks, the ids in its path, its parameters.

use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, Path as RawPath, Request};
use axum::http::request::Parts;
use control_plane::OpContext;
use control_plane::operators::login_failures::ClientNetwork;
use control_plane::operators::stream_grant::StreamGrant;
use model::{FieldError, Invalid, Problem, ProblemKind};
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::body::{self, shape};
use super::error::ApiError;
use super::params::{IDEMPOTENCY_KEY, IF_MATCH, Nothing};
pub use super::params::{NoParams, Params};

/// Who asks. First among the inputs of a handler, so that whoever is not known learns nothing else.
pub struct Caller(pub OpContext);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().map(Self).ok_or_else(nobody)
    }
}

/// Where the request comes from, whoever asks.
pub struct ComesFrom(pub ClientNetwork);

impl<S: Send + Sync> FromRequestParts<S> for ComesFrom {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(parts.extensions.get().copied().unwrap_or_default()))
    }
}

/// How long the caller's stream may stay open.
pub struct Open(pub StreamGrant);

impl<S: Send + Sync> FromRequestParts<S> for Open {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().map(Self).ok_or_else(nobody)
    }
}

fn nobody() -> ApiError {
    let detail = "Nothing was changed. Send a token: Authorization: Bearer TOKEN. atomoctl login makes one.";
    ApiError(Problem::new(ProblemKind::Unauthenticated, "Nobody is logged in", detail))
}

/// The ids in the path. A text that cannot be an id names nothing.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        RawPath::from_request_parts(parts, state).await.map(|RawPath(ids)| Self(ids)).map_err(|_| {
            let detail = "Nothing has this id. A project's is 3 to 40 of a to z, 0 to 9 and hyphen; every other is a UUID.";
            ApiError(Problem::new(ProblemKind::NotFound, "Not found", detail))
        })
    }
}

/// Neither parameters nor a body; `{}` is as good as none.
pub struct NoInput;

impl<S: Send + Sync> FromRequest<S> for NoInput {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = body::read(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self);
        }
        match serde_json::from_slice(&bytes).map(shape::read::<Nothing>) {
            Ok(Ok(Nothing {})) => Ok(Self),
            Ok(Err(faults)) => Err(ApiError(Problem::invalid(faults))),
            Err(_) => Err(ApiError(Problem::field("body", "This request takes no body.", "no body"))),
        }
    }
}

/// The key under which a request is acted upon once. Whoever reads it takes it out of the request: a key that is left
/// when the body is read is one that nobody keeps to, and is refused.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// 1 to 200 characters. The same request of the same caller under the same key answers the same operation; another
    /// request under it is refused.
    #[param(rename = "Idempotency-Key")]
    pub key: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let key = parts.headers.remove(IDEMPOTENCY_KEY);
        let key = key.map(|key| key.to_str().map(str::to_owned)).transpose().map_err(|_| {
            let message = "This key is not accepted.";
            ApiError(Problem::field("Idempotency-Key", message, "1 to 200 characters of ASCII"))
        })?;
        Ok(Self { key })
    }
}

/// The generation that a request was made from. The extractor removes the header; one that is left when the body is read
/// belongs to an endpoint without preconditions, and is refused.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The generation that was read (the `ETag` of a project, `edge_generation` of the gateway), in quotes: `"5"`. The request
    /// is refused with 409 when a wanted field was changed after that generation.
    #[param(rename = "If-Match", value_type = Option<String>)]
    pub generation: Option<i64>,
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.remove(IF_MATCH) else { return Ok(Self { generation: None }) };
        let quoted = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
        let generation = quoted.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let message = "This precondition is not accepted.";
            ApiError(Problem::field("If-Match", message, "the generation in quotes, such as \"5\""))
        })?;
        Ok(Self { generation: Some(generation) })
    }
}

/// The caller of a command, with the idempotency key and the generation of the request.
pub struct Commander(pub OpContext);

impl<S: Send + Sync> FromRequestParts<S> for Commander {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Caller(op) = Caller::from_request_parts(parts, state).await?;
        let IdempotencyKey { key } = IdempotencyKey::from_request_parts(parts, state).await?;
        let IfMatch { generation } = IfMatch::from_request_parts(parts, state).await?;
        Ok(Self(op.under(key).made_from(generation)))
    }
}

/// The value of a parameter; `None` when it is absent, or wrong and added to the errors.
pub fn parameter<T: FromStr>(
    errors: &mut Vec<FieldError>,
    field: &str,
    text: Option<&str>,
    accepted: &'static str,
) -> Option<T> {
    let value = text?.parse().map_err(|_| Invalid::new("This value is not accepted.", accepted));
    FieldError::collect(errors, field, value)
}

/// Where a page starts.
pub fn cursor<T: FromStr>(errors: &mut Vec<FieldError>, text: Option<&str>) -> Option<T> {
    parameter(errors, "cursor", text, "the next_cursor of an earlier answer")
}

/// Refuses when there are errors.
pub fn check(errors: Vec<FieldError>) -> Result<(), ApiError> {
    if errors.is_empty() { Ok(()) } else { Err(ApiError(Problem::invalid(errors))) }
}
