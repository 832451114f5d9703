//! The parts of a server: all are started, or none.

use std::time::Duration;

use anyhow::{Context as _, bail};
use control_plane::ControlPlane;
use control_plane::registry::EngineTerm;

use super::{GatewayParts, Storage, Upgrade, gateway, plane, refuse_unfinished, storage};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::shutdown::{first_error, undo};

/// Time that connections to the registry have to close.
const CLOSING: Duration = Duration::from_secs(5);

/// Postgres, the gateway, and the control plane over them.
pub struct Parts {
    /// The control plane.
    pub plane: ControlPlane,
    /// The engine lock, held until the end.
    pub term: EngineTerm,
    /// Postgres.
    pub storage: Storage,
    /// The gateway.
    pub gateway: GatewayParts,
}

impl Parts {
    /// Adopts or starts all parts. On failure stops what this process started.
    pub async fn start(config: &Config, dir: &DataDir, upgrade: Upgrade) -> anyhow::Result<Self> {
        refuse_unfinished(dir)?;
        // both run to their end: dropping a start half-way would leave an unknown process
        let (storage, gateway) = match tokio::join!(storage(config, dir), gateway(config, dir)) {
            (Ok(storage), Ok(gateway)) => (storage, gateway),
            (Ok(storage), Err(error)) => return Err(undo(error, storage.release()).await),
            (Err(error), Ok(gateway)) => return Err(undo(error, gateway.release()).await),
            (Err(error), Err(also)) => return Err(undo(error, async { Err(also) }).await),
        };
        match plane(config, dir, &storage, &gateway, upgrade).await {
            Ok((plane, term)) => Ok(Self { plane, term, storage, gateway }),
            Err(error) => Err(undo(error, release(storage, gateway)).await),
        }
    }

    /// After a later failure of the start: stops what this process started. The engine did not run yet.
    pub async fn release(self) -> anyhow::Result<()> {
        self.term.release().await;
        close(&self.plane).await;
        release(self.storage, self.gateway).await
    }

    /// Ends the connections of this process and nothing else, as a crash would: what runs here goes on, and the next start
    /// adopts it.
    pub async fn leave(self) {
        self.term.release().await;
        close(&self.plane).await;
    }

    /// Stops what runs here. With the embedded Postgres: instances, Caddy, Postgres, in this order, because the first
    /// two depend on it. With an external one, instances and Caddy continue unless `all`. An error in one part does not
    /// keep the others from being stopped.
    pub async fn stop(self, all: bool) -> anyhow::Result<()> {
        let Self { plane, term, storage, gateway } = self;
        let (mut instances, mut caddy) = (Ok(()), Ok(()));
        if storage.is_embedded() || all {
            instances = stop_instances(&plane).await;
            caddy = gateway.stop().await;
        }
        term.release().await;
        close(&plane).await;
        first_error([instances, caddy, storage.stop().await])
    }
}

async fn release(storage: Storage, gateway: GatewayParts) -> anyhow::Result<()> {
    first_error([gateway.release().await, storage.release().await])
}

async fn close(plane: &ControlPlane) {
    if tokio::time::timeout(CLOSING, plane.registry().close()).await.is_err() {
        tracing::warn!("connections to the registry are still in use; they end with this process");
    }
}

async fn stop_instances(plane: &ControlPlane) -> anyhow::Result<()> {
    match plane.stop_instances().await.context("stopping the instances")? {
        0 => Ok(()),
        left => bail!("{left} instances could not be stopped; the log names them"),
    }
}
