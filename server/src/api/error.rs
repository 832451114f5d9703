//! Errors of the API: `application/problem+json`, with the request id.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{Problem, ProblemKind};

/// `Retry-After` in seconds, if the problem does not name it.
const RETRY: u32 = 5;

/// A problem as a response.
#[derive(Debug)]
pub struct ApiError(pub Problem);

/// The problem of a response, attached so that [`name_request`] can add the request id.
#[derive(Clone)]
struct AttachedProblem(Problem);

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<control_plane::Error> for ApiError {
    fn from(error: control_plane::Error) -> Self {
        let problem = error.problem();
        if matches!(problem.kind, ProblemKind::Internal | ProblemKind::Unavailable) {
            tracing::error!(error = control_plane::chain(&error), "a request of the API failed");
        }
        Self(problem)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match problem.kind {
            ProblemKind::Unavailable | ProblemKind::TooMany => {
                headers.insert(RETRY_AFTER, problem.retry_after_s.unwrap_or(RETRY).into())
            }
            ProblemKind::Unauthenticated => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            }
            _ => None,
        };
        response.extensions_mut().insert(AttachedProblem(problem));
        response
    }
}

/// The problem of an oversized body.
pub fn too_large() -> Problem {
    let detail = "Nothing was changed. Accepted: a body of at most 1 MiB.";
    Problem::new(ProblemKind::TooLarge, "The request is too large", detail)
}

/// Adds the `x-request-id` of the request to the problem of its response.
pub async fn name_request(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let mut response = next.run(request).await;
    if let (Some(id), Some(AttachedProblem(mut problem))) = (id, response.extensions_mut().remove()) {
        problem.request_id = Some(id);
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = body(&problem);
    }
    response
}

fn body(problem: &Problem) -> Body {
    serde_json::to_vec(problem).map_or_else(|_| Body::empty(), Body::from)
}
