//! The router: dashboard, server functions, files, API, probes.

use std::net::SocketAddr;

use axum::extract::State;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware::from_fn};
use control_plane::ControlPlane;
use leptos_axum::{
    LeptosRoutes as _, file_and_error_handler_with_context, generate_route_list,
    handle_server_fns_with_context,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::request_id::MakeRequestUuid;
use tower_http::trace::TraceLayer;
use tower_sessions::SessionManagerLayer;
use tower_sessions_sqlx_store::PostgresStore;

use crate::middleware::headers::Scheme;
use crate::middleware::{authenticate, body_limit, headers, peer, same_origin};
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
                    // a release has it compressed on disk; a development build would compress 20 MB for every page load
                    .and(NotForContentType::const_new("application/wasm")),
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
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(around)
        .with_state(state)
}

/// The dashboard and its server functions.
fn pages(state: &AppState) -> Router<AppState> {
    let plane = state.plane.clone();
    let context = move || app::call_context::provide(plane.clone());
    let functions = {
        let context = context.clone();
        move |request| handle_server_fns_with_context(context.clone(), request)
    };
    let files = file_and_error_handler_with_context::<AppState, _>(context.clone(), app::shell);
    let options = state.leptos.clone();
    Router::new()
        .route("/actions/{*function}", post(functions.clone()).get(functions))
        .leptos_routes_with_context(state, generate_route_list(app::App), context, move || {
            app::shell(options.clone())
        })
        .fallback(files)
        .layer(from_fn(body_limit::check)) // over the routes that Leptos makes for functions, too
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
