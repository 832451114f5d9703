//! The parameters of a request, and the header that makes a command happen once.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use model::Problem;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::body::shape;
use super::error::ApiError;

/// The header that makes a command happen once.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The header of a precondition.
pub(super) const IF_MATCH: &str = "if-match";

/// The parameters after the `?`. `T` refuses unknown ones.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        let params = serde_path_to_error::deserialize(pairs);
        params.map(Self).map_err(|error| ApiError(Problem::invalid(vec![shape::fault(&error)])))
    }
}

/// Nothing: every field and parameter is one too many.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// No parameters.
pub type NoParams = Params<Nothing>;

/// Refuses an idempotency key or a precondition that no extractor has removed: this endpoint would ignore it.
pub fn without_conditions(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.contains_key(IF_MATCH) {
        let message = "This request takes no precondition.";
        return Err(ApiError(Problem::field("If-Match", message, "no such header here")));
    }
    if !headers.contains_key(IDEMPOTENCY_KEY) {
        return Ok(());
    }
    let message = "This request is not one that a key makes happen once.";
    Err(ApiError(Problem::field("Idempotency-Key", message, "no such header here")))
}
