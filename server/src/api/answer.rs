//! Answers that more than one noun gives.

use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{Operation, OperationId};
use serde::Serialize;
use utoipa::ToSchema;

/// A command was accepted; the operation says what becomes of it.
#[derive(Serialize, ToSchema)]
pub struct Accepted {
    /// What will be worked on.
    pub operation: Operation,
}

impl From<Operation> for Accepted {
    fn from(operation: Operation) -> Self {
        Self { operation }
    }
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, [location(self.operation.id)], Json(self)).into_response()
    }
}

/// Where an operation can be followed.
pub fn location(id: OperationId) -> (HeaderName, String) {
    (LOCATION, format!("/api/v1/operations/{id}"))
}
