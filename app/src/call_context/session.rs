//! The session of the request.

use axum::http::request::Parts;
use leptos::prelude::use_context;
use model::Problem;
use tower_sessions::Session;

use crate::error::AppError;

/// The session; fails if the router added no session layer.
pub(crate) fn current() -> Result<Session, AppError> {
    use_context::<Parts>().ok_or_else(|| super::fault("no request")).and_then(|parts| of(&parts))
}

/// The session of the given request.
pub(super) fn of(request: &Parts) -> Result<Session, AppError> {
    request.extensions.get().cloned().ok_or_else(|| super::fault("no session"))
}

/// The problem for a session store that does not answer. Logs the cause.
pub(crate) fn away(error: tower_sessions::session::Error) -> AppError {
    tracing::error!(%error, "the session store failed");
    Problem::unavailable(
        "postgres",
        "Sessions are kept in the registry's database, which does not answer. Nothing was changed; try again when it \
         is back.",
    )
    .into()
}
