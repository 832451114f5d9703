//! The dashboard and the API over HTTP, with an end that is never far away.

use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use control_plane::ControlPlane;
use leptos::prelude::LeptosOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_sessions_sqlx_store::PostgresStore;

use crate::middleware::headers::Scheme;
use crate::state::AppState;
use crate::{router, session_store};

/// How long requests may go on after the stop: commands are answered at once, so only what was never finished is cut off.
const GRACE: Duration = Duration::from_secs(5);

/// All that is needed to serve.
pub struct HttpServer {
    router: Router,
    sessions: PostgresStore,
}

impl HttpServer {
    /// Nothing is served yet.
    pub fn new(
        plane: &ControlPlane,
        scheme: Scheme,
        front_end: LeptosOptions,
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let sessions = session_store::store(plane).map_err(anyhow::Error::msg)?;
        let state = AppState { plane: plane.clone(), leptos: front_end };
        let layer = session_store::layer(sessions.clone(), scheme);
        Ok(Self { router: router::router(state, layer, scheme, stop.clone()), sessions })
    }

    /// Serves until `stop`, and then until the last request has ended, or for some seconds at most: a request that is
    /// never sent to its end keeps nothing from stopping.
    pub async fn serve(self, listener: TcpListener, stop: &CancellationToken) -> anyhow::Result<()> {
        let cleaning = tokio::spawn(session_store::clean(self.sessions));
        let stopping = stop.clone().cancelled_owned();
        let serving = axum::serve(listener, self.router).with_graceful_shutdown(stopping);
        let too_late = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        let served = tokio::select! {
            served = async { serving.await } => served.context("serving"),
            () = too_late => {
                tracing::warn!(grace_s = GRACE.as_secs(), "requests that did not end within {} s are cut off", GRACE.as_secs());
                Ok(())
            }
        };
        cleaning.abort();
        served
    }
}
