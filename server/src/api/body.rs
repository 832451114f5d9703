//! JSON bodies: bounded, and read so that everything wrong with their shape is told at once.

pub mod shape;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use model::{
    FieldError, FleetEdgeDraft, ImageRegistryDraft, Problem, ProblemKind, ProjectDraft, ProjectPatch,
    RepositoryDraft,
};
use serde::de::DeserializeOwned;

use super::error::{ApiError, too_large};
use super::params::{NoParams, Nothing, without_conditions};

/// What a body may be read as. Unknown fields are refused by the type.
pub trait Draft: DeserializeOwned {
    /// The wrong fields of one whose JSON has the right types.
    fn faults(self) -> Vec<FieldError> {
        Vec::new()
    }
}

impl Draft for ProjectDraft {
    fn faults(self) -> Vec<FieldError> {
        self.validate().err().map(|problem| problem.errors).unwrap_or_default()
    }
}

impl Draft for ProjectPatch {
    fn faults(self) -> Vec<FieldError> {
        self.validate().err().map(|problem| problem.errors).unwrap_or_default()
    }
}

impl Draft for FleetEdgeDraft {
    fn faults(self) -> Vec<FieldError> {
        self.validate().err().map(|problem| problem.errors).unwrap_or_default()
    }
}

impl Draft for RepositoryDraft {
    fn faults(self) -> Vec<FieldError> {
        self.validate().err().map(|problem| problem.errors).unwrap_or_default()
    }
}

impl Draft for ImageRegistryDraft {
    fn faults(self) -> Vec<FieldError> {
        self.validate().err().map(|problem| problem.errors).unwrap_or_default()
    }
}

/// The document that a request without parameters brings.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: Draft> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(request.headers());
        let bytes = read(request, state).await?;
        if !is_json {
            return Err(malformed("Send JSON, with the header Content-Type: application/json."));
        }
        let value = serde_json::from_slice(&bytes)
            .map_err(|fault| malformed(&format!("The body is not JSON: {fault}.")))?;
        shape::read(value).map(Self).map_err(|faults| ApiError(Problem::invalid(faults)))
    }
}

impl Draft for Nothing {}

/// The body of a request without parameters.
pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    let (mut parts, body) = request.into_parts();
    NoParams::from_request_parts(&mut parts, state).await?;
    without_conditions(&parts.headers)?;
    Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(|fault| unread(&fault))
}

fn unread(fault: &BytesRejection) -> ApiError {
    if fault.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError(too_large());
    }
    malformed("The body did not arrive whole.")
}

fn malformed(detail: &str) -> ApiError {
    let detail = format!("Nothing was changed. {detail}");
    ApiError(Problem::new(ProblemKind::Malformed, "The request cannot be read", detail))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
