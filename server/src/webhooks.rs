//! `POST /hooks/repositories/{id}`: deliveries of git hosts. They need no log-in; the signature is the credential.
//!
//! The route is outside of the API, of sessions and of `Authorization`. A git host sends neither `Cookie` nor `Origin`, so the
//! same-origin check lets deliveries pass without an exception.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use control_plane::ControlPlane;
use control_plane::webhooks::Receipt;
use model::{Problem, ProblemKind};

use crate::api::error::ApiError;
use crate::state::AppState;

/// Maximum size of a delivery in bytes. GitHub sends up to 25 MiB for pushes of thousands of commits.
const MAX_BODY: usize = 1024 * 1024;
/// Maximum time in which a delivery arrives.
const ARRIVAL: std::time::Duration = std::time::Duration::from_secs(10);

/// The route.
pub fn routes() -> Router<AppState> {
    Router::new().route("/hooks/repositories/{id}", post(receive)).layer(DefaultBodyLimit::max(MAX_BODY))
}

async fn receive(
    State(plane): State<ControlPlane>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let headers = request.headers().clone();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let kind = header(CONTENT_TYPE.as_str()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(ApiError(not_json()));
    }
    let arrival = tokio::time::timeout(ARRIVAL, Bytes::from_request(request, &()));
    let body = arrival.await.map_err(|_| ApiError(not_whole()))?.map_err(|fault| ApiError(unread(&fault)))?;
    let receipt = plane.webhooks().receive(id.parse().ok(), header, &body).await?;
    let (status, text) = match receipt {
        Receipt::Pong => (StatusCode::OK, "pong\n"),
        Receipt::Recorded => (StatusCode::ACCEPTED, "recorded\n"),
        Receipt::Ignored => (StatusCode::OK, "ignored: not a push to a branch\n"),
    };
    Ok((status, text).into_response())
}

fn not_json() -> Problem {
    let detail =
        "Nothing was changed. Choose application/json as the content type of the webhook at the git host.";
    Problem { status: 415, ..Problem::new(ProblemKind::Malformed, "The delivery is not JSON", detail) }
}

fn not_whole() -> Problem {
    let detail = "Nothing was changed. The delivery did not arrive whole within 10 s. Deliver it again.";
    Problem::new(ProblemKind::Malformed, "The delivery did not arrive", detail)
}

fn unread(fault: &BytesRejection) -> Problem {
    if fault.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return not_whole();
    }
    let detail = "Nothing was changed. Accepted: a delivery of at most 1 MiB. A push of that many commits is not proposed; compare \
                  its last commit on the page Deploys of the project.";
    Problem::new(ProblemKind::TooLarge, "The delivery is too large", detail)
}
