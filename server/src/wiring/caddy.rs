//! Caddy: an external one if its admin API is configured, else a child process.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use gateway_caddy::child::{CaddyBinary, CaddyChild, ChildError, ChildSettings};
use gateway_caddy::{CaddyGateway, CaddySettings, RenderSettings};
use tokio::sync::Mutex;

use super::programs;
use crate::config::Config;
use crate::data_dir::DataDir;

/// Time that Caddy has to stop.
const GRACE: Duration = Duration::from_secs(5);

/// The gateway, and the child process if there is one.
#[derive(Clone)]
pub struct GatewayParts {
    /// The implementation of the port.
    pub gateway: Arc<CaddyGateway>,
    child: Option<Arc<Child>>,
}

struct Child {
    settings: ChildSettings,
    running: Mutex<Option<CaddyChild>>,
}

/// Adopts or starts Caddy. If its port is in use or it exits at its start, everything else starts without it, and
/// [`GatewayParts::keep`] tries again.
pub async fn gateway(config: &Config, dir: &DataDir) -> anyhow::Result<GatewayParts> {
    let (render, certificates) = (render(config), config.certificates.clone());
    if let Some(admin) = &config.caddy_admin {
        let settings =
            CaddySettings { admin: admin.clone(), name: None, root_file: None, certificates, render };
        let gateway = CaddyGateway::new(settings);
        return Ok(GatewayParts { gateway: Arc::new(gateway), child: None });
    }
    let folders: Vec<PathBuf> = programs::tools().map(|tools| tools.join("caddy/bin")).into_iter().collect();
    let binary = CaddyBinary::find(config.caddy_bin.as_deref(), &folders)
        .await
        .context("finding Caddy; scripts/setup installs it, ATOMO_FLEET_CADDY_BIN names one")?;
    let name = Some(format!("Caddy {}", binary.version));
    let (http, https) = (config.gateway_http, config.gateway_https);
    let settings = ChildSettings { binary, folder: dir.join("caddy"), http, https };
    let (admin, root_file) = (settings.admin()?, Some(settings.root_file()));
    let gateway = Arc::new(CaddyGateway::new(CaddySettings { admin, name, root_file, certificates, render }));
    let running = match started(&gateway, &settings).await {
        Ok(running) => Some(running),
        Err(error) if error.passes() => {
            tracing::error!("Caddy does not run, and is tried again: {error}");
            None
        }
        Err(error) => return Err(error).context("starting Caddy"),
    };
    let child = Child { settings, running: Mutex::new(running) };
    Ok(GatewayParts { gateway, child: Some(Arc::new(child)) })
}

/// The settings of the rendered configuration.
pub(super) fn render(config: &Config) -> RenderSettings {
    let issuer = config.issuer.clone();
    RenderSettings { issuer, ..RenderSettings::new(config.gateway_http, config.gateway_https) }
}

/// Adopts or starts the child, and reports to the gateway why it does not run.
async fn started(gateway: &CaddyGateway, settings: &ChildSettings) -> Result<CaddyChild, ChildError> {
    let started = CaddyChild::ensure(settings).await;
    gateway.absent(started.as_ref().err().map(ToString::to_string));
    started
}

impl GatewayParts {
    /// Starts the child if it does not run. `true` if it was started: it serves no routes yet.
    pub async fn keep(&self) -> anyhow::Result<bool> {
        let Some(child) = &self.child else { return Ok(false) };
        let mut running = child.running.lock().await;
        if running.as_ref().is_some_and(CaddyChild::is_running) {
            return Ok(false);
        }
        tracing::warn!("Caddy does not run; starting it");
        *running = Some(started(&self.gateway, &child.settings).await?);
        Ok(true)
    }

    /// After a failed start: stops the child, if this process started it.
    pub async fn release(self) -> anyhow::Result<()> {
        let Some(child) = &self.child else { return Ok(()) };
        if child.running.lock().await.as_ref().is_some_and(CaddyChild::is_adopted) {
            return Ok(());
        }
        self.stop().await
    }

    /// Stops the child.
    pub async fn stop(self) -> anyhow::Result<()> {
        let Some(child) = self.child else { return Ok(()) };
        match child.running.lock().await.take() {
            Some(caddy) => caddy.stop(GRACE).await.context("stopping Caddy"),
            None => Ok(()),
        }
    }
}
