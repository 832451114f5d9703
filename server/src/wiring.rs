//! Which vendor stands behind which port. The only module that knows them all.

mod caddy;
mod engine;
mod postgres;
mod programs;

use control_plane::ControlPlane;

pub use caddy::GatewayParts;
pub use caddy::gateway;
pub use engine::{attached, plane};
pub use postgres::{Storage, storage};

/// Ends what this process started. With the embedded Postgres: instances, Caddy, Postgres, in that order, because none
/// of the first two can do without the last. With an external one instances and Caddy go on, unless all shall stop.
pub async fn shut_down(
    plane: &ControlPlane,
    storage: Storage,
    gateway: GatewayParts,
    stop_all: bool,
) -> anyhow::Result<()> {
    if storage.is_embedded() || stop_all {
        if let Err(error) = plane.stop_instances().await {
            tracing::error!(%error, "stopping the instances");
        }
        gateway.stop().await?;
    }
    plane.registry().close().await;
    storage.stop().await
}
