//! Attaches a command of the host to the registry of the data directory.

use anyhow::{Context as _, bail};
use control_plane::ControlPlane;
use model::Actor;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::shutdown::undo;
use crate::wiring::{self, Parts, Upgrade};

/// Runs `work` with the control plane. Uses a running Postgres, else starts one, which its last user stops.
pub async fn with_registry<T>(
    config: &Config,
    upgrade: Upgrade,
    work: impl AsyncFnOnce(&ControlPlane) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let dir = DataDir::open(&config.data_dir)?;
    wiring::refuse_unfinished(&dir)?;
    let storage = wiring::storage(config, &dir).await?;
    let outcome = match wiring::attached(config, &dir, &storage, upgrade).await {
        Ok(plane) => {
            let outcome = work(&plane).await;
            plane.registry().close().await;
            outcome
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(done) => storage.release().await.map(|()| done),
        Err(error) => Err(undo(error, storage.release()).await),
    }
}

/// Reconciles every project once, without a server. Fails while a server runs, because that reconciles itself.
pub async fn reconcile_once(config: &Config) -> anyhow::Result<()> {
    let dir = DataDir::open(&config.data_dir)?;
    let _lock = dir.lock()?;
    let mut parts = Parts::start(config, &dir, Upgrade::Refuse).await?;
    if let Err(error) = parts.storage.stay() {
        return Err(undo(error, parts.release()).await);
    }
    // instances run now, so Caddy and Postgres stay
    let left = parts.plane.reconcile_once(&mut parts.term).await.context("reconciling")?;
    parts.term.release().await;
    parts.plane.registry().close().await;
    if left > 0 {
        bail!("{left} projects do not match their desired state; see: atomoctl operation list");
    }
    Ok(())
}

/// The context of commands on the host.
pub fn on_the_host() -> control_plane::OpContext {
    control_plane::OpContext::platform(Actor::Host)
}
