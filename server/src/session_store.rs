//! Log-ins of the dashboard: a cookie with a random id, everything else in the registry's table `sessions`.

use control_plane::ControlPlane;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{ExpiredDeletion as _, Expiry, SessionManagerLayer};
use tower_sessions_sqlx_store::PostgresStore;

use crate::middleware::headers::Scheme;

/// How long a session lives without a request.
const IDLE: Duration = Duration::hours(12);
/// How often expired ones are removed.
const CLEANING: std::time::Duration = std::time::Duration::from_secs(3600);

/// The sessions of a control plane.
pub fn store(plane: &ControlPlane) -> Result<PostgresStore, String> {
    PostgresStore::new(plane.registry().pool().clone())
        .with_schema_name("public")?
        .with_table_name("sessions")
}

/// Reads and writes the cookie. Over HTTPS its name starts with `__Host-`, so no other host can set it.
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

/// Removes expired sessions, until it is dropped.
pub async fn clean(store: PostgresStore) {
    if let Err(error) = store.continuously_delete_expired(CLEANING).await {
        tracing::warn!(%error, "removing expired sessions");
    }
}
