//! The router: dashboard, server functions, files, API, webhooks, probes.

use std::net::SocketAddr;

use axum::extract::State;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware::from_fn};
use control_plane::ControlPlane;
use leptos_axum::handle_server_fns_with_context;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::request_id::MakeRequestUuid;
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use tower_sessions::SessionManagerLayer;
use tower_sessions_sqlx_store::PostgresStore;

use crate::middleware::headers::Scheme;
use crate::middleware::{authenticate, body_limit, headers, page_script, peer, same_origin};
use crate::state::AppState;

/// The router as a service. `stop` ends streams, which would otherwise block the shutdown.
pub fn router(
    state: AppState,
    sessions: SessionManagerLayer<PostgresStore>,
    scheme: Scheme,
    stop: CancellationToken,
) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    service(state, sessions, scheme, stop).into_make_service_with_connect_info()
}

/// All routes with their middleware.
fn service(
    state: AppState,
    sessions: SessionManagerLayer<PostgresStore>,
    scheme: Scheme,
    stop: CancellationToken,
) -> Router {
    let plane = state.plane.clone();
    let around = ServiceBuilder::new()
        .set_request_id(HeaderName::from_static("x-request-id"), MakeRequestUuid)
        .propagate_request_id(HeaderName::from_static("x-request-id"))
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::new())
        .layer(from_fn(move |request, next| headers::add(scheme, request, next)))
        .layer(
            CompressionLayer::new().compress_when(
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("application/x-ndjson"))
                    .and(NotForContentType::const_new(app::LOG_LINES)),
            ),
        )
        .layer(from_fn(crate::api::error::name_request))
        .layer(from_fn(same_origin::check));
    let behind_session = ServiceBuilder::new()
        .layer(sessions)
        .layer(Extension(stop))
        .layer(from_fn_with_state(plane, authenticate::authenticate))
        .layer(from_fn(peer::find))
        .layer(body_limit::layer());
    pages(&state)
        .nest("/api/v1", crate::api::routes())
        .layer(behind_session)
        .merge(crate::webhooks::routes())
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(around)
        .with_state(state)
}

/// The dashboard: pages, server functions, files.
fn pages(state: &AppState) -> Router<AppState> {
    let site = app::Site::new(state.plane.clone(), state.front_end.assets.clone());
    let plane = state.plane.clone();
    let functions = move |request| {
        handle_server_fns_with_context(move || app::call_context::provide(plane.clone()), request)
    };
    let absent = {
        let site = site.clone();
        get(move |parts: Parts| app::not_found(site.clone(), parts))
    };
    let files = ServeDir::new(&state.front_end.folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(absent.with_state(()));
    Router::new()
        .route("/actions/{*function}", post(functions.clone()).get(functions))
        .layer(from_fn(page_script::answer))
        .layer(from_fn(body_limit::check))
        .merge(app::routes(&site))
        .fallback_service(files)
}

/// `/readyz`: pages can be served and the engine works; else the reason.
async fn ready(State(plane): State<ControlPlane>) -> impl IntoResponse {
    match plane.ready().await {
        Ok(()) => (StatusCode::OK, "ready".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason),
    }
}

#[cfg(test)]
mod tests;
