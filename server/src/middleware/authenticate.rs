//! Who asks: a token in `Authorization`, else the dashboard's session. Finds out; refuses nothing but a bad token.
//! What needs somebody refuses nobody by itself.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use control_plane::{ControlPlane, Identity, OpContext};
use model::{Problem, ProblemKind};
use secrecy::SecretString;
use time::OffsetDateTime;
use tower_sessions::Session;

use crate::api::error::ApiError;
use crate::session_store;

/// The key of the [`Identity`] in a session.
pub const IDENTITY: &str = "identity";

/// Puts the asker's [`OpContext`] into the request's extensions, when there is one.
pub async fn authenticate(State(plane): State<ControlPlane>, mut request: Request, next: Next) -> Response {
    let asker = match bearer(request.headers()) {
        Some(token) => match plane.operators().identify_token(&token).await {
            Ok(None) => Err(unknown_token()),
            Ok(asker) => Ok(asker),
            Err(error) => Err(error.problem()),
        },
        None => by_session(&plane, request.extensions().get().cloned()).await,
    };
    match asker {
        Ok(Some(op)) => {
            request.extensions_mut().insert::<OpContext>(op);
        }
        Ok(None) => {}
        Err(problem) if request.uri().path().starts_with("/api/") => {
            return ApiError(problem).into_response();
        }
        Err(problem) => {
            tracing::warn!(%problem, "finding out who asks");
            request.extensions_mut().insert(app::host::Unidentified(problem)); // for the page to tell
        }
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| SecretString::from(token.trim().to_owned()))
}

async fn by_session(plane: &ControlPlane, session: Option<Session>) -> Result<Option<OpContext>, Problem> {
    let Some(session) = session else { return Ok(None) };
    let identity = session.get::<Identity>(IDENTITY).await.map_err(|error| {
        tracing::warn!(%error, "reading a session");
        Problem::unavailable("postgres", "Sessions cannot be read. Try again when the registry is back.")
    })?;
    let Some(identity) = identity else { return Ok(None) };
    session_store::keep_alive(&session, OffsetDateTime::now_utc()).await;
    plane.operators().identify(&identity).await.map_err(|error| error.problem())
}

fn unknown_token() -> Problem {
    let detail = "The token is unknown, was revoked or has expired. Make another with: atomo-fleet token create --operator EMAIL";
    Problem::new(ProblemKind::Unauthenticated, "Not logged in", detail)
}
