//! Resolves the caller from the bearer token or the session and stores the `OpContext` in the request. Only an invalid
//! token on `/api` is rejected here; each handler decides whether it requires a caller.

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use control_plane::operators::stream_grant::{Credential, StreamGrant};
use control_plane::{ControlPlane, Identity, OpContext, Result};
use model::{Problem, ProblemKind};
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

use crate::api::error::ApiError;
use crate::session_store;

/// The key of the [`Identity`] in the session.
pub const IDENTITY: &str = "identity";

/// Stores the caller's [`OpContext`] and the [`StreamGrant`] of their streams in the request's extensions, if there is a
/// caller. Expects the [`CancellationToken`] of the server there.
pub async fn authenticate(State(plane): State<ControlPlane>, mut request: Request, next: Next) -> Response {
    let credential = credential(&plane, &request);
    let caller = match &credential {
        Some(credential) => credential.caller().await.map_err(|error| error.problem()),
        None => Ok(None),
    };
    match (caller, credential) {
        (Ok(Some(op)), Some(credential)) => {
            let stop = request.extensions().get::<CancellationToken>().cloned().unwrap_or_default();
            if let Some(session) = request.extensions().get::<Session>().cloned()
                && is_activity(&request)
            {
                session_store::keep_alive(&session, OffsetDateTime::now_utc()).await;
            }
            request.extensions_mut().insert(StreamGrant::new(op.clone(), credential, stop));
            request.extensions_mut().insert::<OpContext>(op);
        }
        (Ok(_), _) if bearer(request.headers()).is_some() && is_api(&request) => {
            return ApiError(unknown_token()).into_response();
        }
        (Ok(_), _) => {}
        (Err(problem), _) if is_api(&request) => return ApiError(problem).into_response(),
        (Err(problem), _) => {
            tracing::warn!(%problem, "resolving the caller");
            request.extensions_mut().insert(app::call_context::Unidentified(problem)); // for the page to tell
        }
    }
    next.run(request).await
}

/// Whether the request extends the session: not what an open page does by itself, or a page that was left open would never
/// log out.
fn is_activity(request: &Request) -> bool {
    let by_itself = request.headers().contains_key("x-refetch") || request.uri().path() == "/api/v1/events";
    !by_itself && bearer(request.headers()).is_none()
}

fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

/// The bearer token of a request. Browsers never add one on their own, unlike cookies and Basic credentials.
pub(super) fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| SecretString::from(token.trim().to_owned()))
}

fn credential(plane: &ControlPlane, request: &Request) -> Option<Arc<dyn Credential>> {
    let plane = plane.clone();
    if let Some(token) = bearer(request.headers()) {
        return Some(Arc::new(ByToken { plane, token }));
    }
    let session = request.extensions().get::<Session>()?.clone();
    Some(Arc::new(BySession { plane, session }))
}

struct ByToken {
    plane: ControlPlane,
    token: SecretString,
}

#[async_trait]
impl Credential for ByToken {
    async fn caller(&self) -> Result<Option<OpContext>> {
        self.plane.operators().identify_token(&self.token).await
    }
}

struct BySession {
    plane: ControlPlane,
    session: Session,
}

#[async_trait]
impl Credential for BySession {
    /// The caller of the session as stored now, not as this request has read it.
    async fn caller(&self) -> Result<Option<OpContext>> {
        let read = async {
            if self.session.id().is_some() {
                self.session.load().await?;
            }
            self.session.get::<Identity>(IDENTITY).await
        };
        let identity = read.await.map_err(|error: tower_sessions::session::Error| {
            tracing::warn!(%error, "reading a session");
            Problem::unavailable("postgres", "Sessions cannot be read. Try again when the registry is back.")
        })?;
        let Some(identity) = identity else { return Ok(None) };
        self.plane.operators().identify(&identity).await
    }
}

fn unknown_token() -> Problem {
    let detail = "The token is unknown, was revoked or has expired. Create one with: atomo-fleet token create --operator EMAIL";
    Problem::new(ProblemKind::Unauthenticated, "Not logged in", detail)
}

#[cfg(test)]
mod tests;
