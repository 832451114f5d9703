//! The routes that need no login: liveness, readiness, version, and the pages that only have to be there.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse},
};
use serde_json::json;
use tokio::time;

use super::Shared;
use crate::faults::ReadyFault;

const HANG: Duration = Duration::from_secs(30);

/// The greeting.
pub async fn root() -> &'static str {
    "🚀 Atomo Content Core Server"
}

/// Liveness only; the database is not asked.
pub async fn health() -> &'static str {
    "OK"
}

/// 200 or 503 without a body. With the database away the answer can take the pool's 30 s.
pub async fn ready(State(state): State<Shared>) -> StatusCode {
    let ready = match state.faults.ready {
        Some(ReadyFault::Hangs) => {
            time::sleep(HANG).await;
            false
        }
        Some(ReadyFault::Never) => false,
        None => sqlx::query("SELECT 1").execute(&state.pool).await.is_ok(),
    };
    if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// The original's four fields and the one that tells this server from it.
pub async fn version(State(state): State<Shared>) -> impl IntoResponse {
    let build = &state.config.build;
    Json(json!({
        "name": "atomo-server",
        "version": state.faults.version.as_ref().unwrap_or(&build.version),
        "commit": build.commit,
        "buildTime": build.time,
        "standin": true,
    }))
}

/// Two lines of text.
pub async fn info(State(state): State<Shared>) -> String {
    format!("Atomo Content Core\n{} models, Schema loaded successfully", state.schema.registered().count())
}

/// Any page: the original serves its admin application here.
pub async fn admin() -> impl IntoResponse {
    Html(concat!(
        "<!doctype html><html lang=\"en\"><title>Atomo admin (stand-in)</title>",
        "<p>This is atomo-standin; the real server has its admin application here.</p></html>"
    ))
}
