//! The HTTP surface: what of the original's routes a control plane or a demonstration touches.
//!
//! The rate limiter is the outermost layer, so a 429 carries neither CORS nor request id headers. There is no graceful
//! shutdown; SIGTERM is the process's matter (`ending.rs`).

mod auth;
mod graphql;
mod headers;
mod jwt;
mod limit;
mod meta;
mod metrics;
mod probes;

use std::{io, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tower_http::trace::TraceLayer;

use self::metrics::Metrics;
pub use self::metrics::MetricsError;
use crate::{config::Config, faults::Faults, rate_limit::RateLimiter, schema::Schema};

/// What every handler shares.
#[derive(Debug)]
pub struct AppState {
    pool: PgPool,
    config: Config,
    schema: Schema,
    faults: Faults,
    metrics: Metrics,
    limiter: RateLimiter,
    jwt_secret: SecretString,
}

type Shared = Arc<AppState>;

impl AppState {
    /// State of a server that has booted.
    pub fn new(
        pool: PgPool,
        config: Config,
        schema: Schema,
        faults: Faults,
        jwt_secret: SecretString,
    ) -> Result<Self, MetricsError> {
        let limiter = RateLimiter::new(config.rate_limit, config.rate_window);
        Ok(Self { pool, config, schema, faults, metrics: Metrics::new()?, limiter, jwt_secret })
    }
}

/// Serves until the listener fails.
pub async fn serve(listener: TcpListener, state: Shared) -> io::Result<()> {
    axum::serve(listener, router(state)).await
}

fn router(state: Shared) -> Router {
    let routes = Router::new()
        .route("/", get(probes::root))
        .route("/health", get(probes::health))
        .route("/ready", get(probes::ready))
        .route("/version", get(probes::version))
        .route("/info", get(probes::info))
        .route("/admin", get(probes::admin))
        .route("/admin/{*page}", get(probes::admin))
        .route("/metrics", get(metrics::scrape))
        .route("/meta/schema", get(meta::schema))
        .route("/graphql", get(graphql::playground).post(graphql::execute))
        .route("/auth/login", post(auth::login))
        .route("/auth/me", get(auth::me))
        .layer(DefaultBodyLimit::disable());
    let routes = headers::security(routes, state.config.csp.as_deref());
    let routes = headers::request_id(routes).layer(headers::cors(&state.config.cors_origins));
    routes
        .layer(TraceLayer::new_for_http().make_span_with(headers::span))
        .layer(middleware::from_fn_with_state(state.clone(), limit::limit))
        .with_state(state)
}
