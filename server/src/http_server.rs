//! The HTTP server of dashboard and API, with a bounded shutdown.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use control_plane::ControlPlane;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::middleware::headers::Scheme;
use crate::state::{AppState, FrontEnd};
use crate::{router, session_store};

/// How long requests may continue after the stop. Commands are answered at once, so only unfinished requests are cut off.
const GRACE: Duration = Duration::from_secs(5);

/// The HTTP server.
pub struct HttpServer {
    router: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
}

impl HttpServer {
    /// Creates it; nothing is served yet.
    pub fn new(
        plane: &ControlPlane,
        scheme: Scheme,
        front_end: FrontEnd,
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let sessions = session_store::store(plane).map_err(anyhow::Error::msg)?;
        let state = AppState { plane: plane.clone(), front_end };
        let layer = session_store::layer(sessions, scheme);
        Ok(Self { router: router::router(state, layer, scheme, stop.clone()) })
    }

    /// Serves until `stop`, then until the last request has ended, for at most [`GRACE`]: a client that never finishes
    /// its request does not block the stop.
    pub async fn serve(self, listener: TcpListener, stop: &CancellationToken) -> anyhow::Result<()> {
        let stopping = stop.clone().cancelled_owned();
        let serving = axum::serve(listener, self.router).with_graceful_shutdown(stopping);
        let too_late = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = async { serving.await } => served.context("serving"),
            () = too_late => {
                tracing::warn!(grace_s = GRACE.as_secs(), "requests that did not end within {} s are cut off", GRACE.as_secs());
                Ok(())
            }
        }
    }
}
