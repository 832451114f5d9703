//! All that a server stands on: had as a whole or not at all.

use std::time::Duration;

use anyhow::{Context as _, bail};
use control_plane::ControlPlane;

use super::{GatewayParts, Storage, Upgrade, gateway, plane, storage};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::shutdown::{first_error, undo};

/// How long connections to the registry may take to end.
const CLOSING: Duration = Duration::from_secs(5);

/// Postgres, the gateway, and the control plane over them.
pub struct Parts {
    /// The control plane.
    pub plane: ControlPlane,
    /// Postgres.
    pub storage: Storage,
    /// The gateway.
    pub gateway: GatewayParts,
}

impl Parts {
    /// Adopts or starts everything. When something cannot be had, what this process started is ended again.
    pub async fn start(config: &Config, dir: &DataDir, upgrade: Upgrade) -> anyhow::Result<Self> {
        // each to its end: a start that is dropped half-way leaves a process that nobody knows of
        let (storage, gateway) = match tokio::join!(storage(config, dir), gateway(config, dir)) {
            (Ok(storage), Ok(gateway)) => (storage, gateway),
            (Ok(storage), Err(error)) => return Err(undo(error, storage.release()).await),
            (Err(error), Ok(gateway)) => return Err(undo(error, gateway.release()).await),
            (Err(error), Err(also)) => return Err(undo(error, async { Err(also) }).await),
        };
        match plane(config, dir, &storage, &gateway, upgrade).await {
            Ok(plane) => Ok(Self { plane, storage, gateway }),
            Err(error) => Err(undo(error, release(storage, gateway)).await),
        }
    }

    /// After a start that failed further on: ends what this process started. Nothing of the engine ran yet.
    pub async fn release(self) -> anyhow::Result<()> {
        close(&self.plane).await;
        release(self.storage, self.gateway).await
    }

    /// Ends what runs here. With the embedded Postgres: instances, Caddy, Postgres, in that order, because none of the
    /// first two can do without the last. With an external one instances and Caddy go on, unless all shall stop.
    /// What cannot be stopped keeps nothing else from being stopped.
    pub async fn stop(self, all: bool) -> anyhow::Result<()> {
        let Self { plane, storage, gateway } = self;
        let (mut instances, mut caddy) = (Ok(()), Ok(()));
        if storage.is_embedded() || all {
            instances = stop_instances(&plane).await;
            caddy = gateway.stop().await;
        }
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
