//! Which vendor stands behind which port. The only module that knows them all.

mod caddy;
mod engine;
mod postgres;
mod programs;

use std::time::Duration;

use anyhow::{Context as _, bail};
use control_plane::ControlPlane;

use crate::shutdown::first_error;

pub use caddy::GatewayParts;
pub use caddy::gateway;
pub use engine::{attached, plane};
pub use postgres::{Storage, storage};

/// How long connections to the registry may take to end.
const CLOSING: Duration = Duration::from_secs(5);

/// Ends what this process started. With the embedded Postgres: instances, Caddy, Postgres, in that order, because none
/// of the first two can do without the last. With an external one instances and Caddy go on, unless all shall stop.
/// What cannot be stopped keeps nothing else from being stopped.
pub async fn shut_down(
    plane: &ControlPlane,
    storage: Storage,
    gateway: GatewayParts,
    stop_all: bool,
) -> anyhow::Result<()> {
    let (mut instances, mut caddy) = (Ok(()), Ok(()));
    if storage.is_embedded() || stop_all {
        instances = stop_instances(plane).await;
        caddy = gateway.stop().await;
    }
    if tokio::time::timeout(CLOSING, plane.registry().close()).await.is_err() {
        tracing::warn!("connections to the registry are still in use; they end with this process");
    }
    first_error([instances, caddy, storage.stop().await])
}

async fn stop_instances(plane: &ControlPlane) -> anyhow::Result<()> {
    match plane.stop_instances().await.context("stopping the instances")? {
        0 => Ok(()),
        left => bail!("{left} instances could not be stopped; the log names them"),
    }
}
