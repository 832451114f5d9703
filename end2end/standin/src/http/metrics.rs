//! `GET /metrics`: the original's four families and no other, without a login.
//!
//! The GraphQL families are absent until the first request; `operation` is whatever the client says.

use std::time::Instant;

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use super::Shared;

/// A family could not be made, registered or written.
pub type MetricsError = prometheus::Error;

const PING_BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
const GRAPHQL_BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The families of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    db_up: IntGauge,
    db_ping: Histogram,
    requests: IntCounterVec,
    duration: HistogramVec,
}

impl Metrics {
    /// All families at zero.
    pub fn new() -> Result<Self, MetricsError> {
        let ping = HistogramOpts::new("db_ping_duration_seconds", "Database ping latency")
            .buckets(PING_BUCKETS.to_vec());
        let duration = HistogramOpts::new("graphql_request_duration_seconds", "GraphQL request latency")
            .buckets(GRAPHQL_BUCKETS.to_vec());
        let requests = Opts::new("graphql_requests_total", "GraphQL requests");
        let metrics = Self {
            registry: Registry::new(),
            db_up: IntGauge::new("db_up", "Whether the database answers")?,
            db_ping: Histogram::with_opts(ping)?,
            requests: IntCounterVec::new(requests, &["operation", "status"])?,
            duration: HistogramVec::new(duration, &["operation"])?,
        };
        metrics.registry.register(Box::new(metrics.db_up.clone()))?;
        metrics.registry.register(Box::new(metrics.db_ping.clone()))?;
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.duration.clone()))?;
        Ok(metrics)
    }

    /// Counts one GraphQL request that began at `start`.
    pub fn graphql_request(&self, operation: Option<&str>, succeeded: bool, start: Instant) {
        let operation = operation.unwrap_or("anonymous");
        let status = if succeeded { "ok" } else { "error" };
        self.requests.with_label_values(&[operation, status]).inc();
        self.duration.with_label_values(&[operation]).observe(start.elapsed().as_secs_f64());
    }

    fn text(&self) -> Result<Vec<u8>, MetricsError> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}

/// Pings the database, then writes the families.
pub async fn scrape(State(state): State<Shared>) -> Response {
    if state.faults.metrics_fail {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let start = Instant::now();
    let up = sqlx::query("SELECT 1").execute(&state.pool).await.is_ok();
    state.metrics.db_ping.observe(start.elapsed().as_secs_f64());
    state.metrics.db_up.set(up.into());
    match state.metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "Metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
