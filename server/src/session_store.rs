//! Sessions of the dashboard: a cookie with a random id; all data is in the registry's table `sessions`.

use control_plane::ControlPlane;
use time::OffsetDateTime;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer};
use tower_sessions_sqlx_store::PostgresStore;

use crate::middleware::headers::Scheme;

/// Lifetime of a session without a request.
const IDLE: Duration = Duration::hours(12);
/// A session expires [`IDLE`] after it was last written, so it is written again once this time has passed.
const RENEWAL: Duration = Duration::hours(1);
/// The key of the time of the last write, in seconds since 1970.
const WRITTEN: &str = "written";

/// The sessions of a control plane.
pub fn store(plane: &ControlPlane) -> Result<PostgresStore, String> {
    PostgresStore::new(plane.registry().sessions().clone())
        .with_schema_name("public")?
        .with_table_name("sessions")
}

/// Reads and writes the cookie. Over HTTPS its name starts with `__Host-`, so that no other host can set it.
pub fn layer(store: PostgresStore, scheme: Scheme) -> SessionManagerLayer<PostgresStore> {
    let secure = scheme == Scheme::Https;
    SessionManagerLayer::new(store)
        .with_name(if secure { "__Host-atomo_fleet" } else { "atomo_fleet" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Extends the session. Writes at most once an hour, not at every request.
pub async fn keep_alive(session: &Session, now: OffsetDateTime) {
    let now = now.unix_timestamp();
    let renewed = match session.get::<i64>(WRITTEN).await {
        Ok(written) if is_due(written, now) => session.insert(WRITTEN, now).await,
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = renewed {
        tracing::warn!(%error, "renewing a session");
    }
}

fn is_due(written: Option<i64>, now: i64) -> bool {
    written.is_none_or(|written| now - written >= RENEWAL.whole_seconds())
}

#[cfg(test)]
mod tests;
