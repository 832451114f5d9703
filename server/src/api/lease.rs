//! How long a stream may stay open: until the server stops, or whoever opened it is no longer who they were.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum_extra::TypedHeader;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Bearer;
use control_plane::{ControlPlane, Identity, OpContext, Result};
use model::Problem;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

use crate::middleware::authenticate::IDENTITY;

/// How often it is asked whether the caller may still.
const ASK_EVERY: Duration = Duration::from_secs(15);

/// By what the caller was known.
enum Proof {
    Token(SecretString),
    Session(Session),
    /// Neither: whoever put the caller into the request vouches for them.
    Given,
}

/// The right to keep a stream open.
pub struct Lease {
    plane: ControlPlane,
    opened_by: Option<OpContext>,
    proof: Proof,
    stop: CancellationToken,
}

impl<S: Send + Sync> FromRequestParts<S> for Lease
where
    ControlPlane: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let bearer = TypedHeader::<Authorization<Bearer>>::from_request_parts(parts, state).await;
        let proof = match (bearer, parts.extensions.get::<Session>()) {
            (Ok(TypedHeader(Authorization(bearer))), _) => Proof::Token(bearer.token().to_owned().into()),
            (Err(_), Some(session)) => Proof::Session(session.clone()),
            (Err(_), None) => Proof::Given,
        };
        Ok(Self {
            plane: ControlPlane::from_ref(state),
            opened_by: parts.extensions.get().cloned(),
            proof,
            stop: parts.extensions.get().cloned().unwrap_or_default(),
        })
    }
}

impl Lease {
    /// Returns when the stream has to end. A registry that does not answer ends nothing.
    pub async fn over(self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.changed(ASK_EVERY) => {}
        }
    }

    /// Returns when the caller has logged out, was revoked or may do something else than before.
    async fn changed(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            match self.ask().await {
                Ok(now) if now != self.opened_by => return,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "asking whether a stream may go on: {error}"),
            }
        }
    }

    async fn ask(&self) -> Result<Option<OpContext>> {
        match &self.proof {
            Proof::Token(token) => self.plane.operators().identify_token(token).await,
            Proof::Session(session) => match identity(session).await? {
                Some(identity) => self.plane.operators().identify(&identity).await,
                None => Ok(None),
            },
            Proof::Given => Ok(self.opened_by.clone()),
        }
    }
}

/// What the store has of the session now.
async fn identity(session: &Session) -> Result<Option<Identity>> {
    let read = async {
        session.load().await?;
        session.get(IDENTITY).await
    };
    read.await.map_err(|error: tower_sessions::session::Error| {
        Problem::unavailable("postgres", error.to_string()).into()
    })
}

#[cfg(test)]
mod tests;
