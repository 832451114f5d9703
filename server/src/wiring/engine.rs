//! The control plane over its parts.

use std::sync::Arc;

use anyhow::Context as _;
use control_plane::ports::gateway::Gateway;
use control_plane::registry::Registry;
use control_plane::volumes::Volumes;
use control_plane::{ControlPlane, Ports, Settings};
use driver_process::{ProcessDriver, ProcessSettings};
use gateway_caddy::{AdminAddress, CaddyGateway, CaddySettings, RenderSettings};
use schemas_git::{AllowedFolders, GitSettings, GitSource, GitTimeouts};
use secrets_sealed::{SealedSettings, SealedStore};

use super::caddy::GatewayParts;
use super::postgres::Storage;
use super::programs;
use crate::config::{Config, FileRepos};
use crate::data_dir::DataDir;

/// The folders of projects.
const VOLUMES: &str = "projects";

/// The control plane of a server.
pub async fn plane(
    config: &Config,
    dir: &DataDir,
    storage: &Storage,
    gateway: &GatewayParts,
) -> anyhow::Result<ControlPlane> {
    if let Err(error) = Volumes::new(dir.join(VOLUMES)).close().await {
        tracing::warn!("folders of projects are open to other users: {:#}", anyhow::Error::new(error));
    }
    build(config, dir, storage, Arc::clone(&gateway.gateway) as Arc<dyn Gateway>).await
}

/// The control plane of a command on the host, which neither routes nor starts anything.
pub async fn attached(config: &Config, dir: &DataDir, storage: &Storage) -> anyhow::Result<ControlPlane> {
    let admin =
        config.caddy_admin.clone().unwrap_or_else(|| AdminAddress::Unix(dir.join("caddy/admin.sock")));
    let render = RenderSettings::new(config.gateway_http, config.gateway_https);
    let gateway = CaddyGateway::new(CaddySettings { admin, name: None, root_file: None, render });
    build(config, dir, storage, Arc::new(gateway)).await
}

async fn build(
    config: &Config,
    dir: &DataDir,
    storage: &Storage,
    gateway: Arc<dyn Gateway>,
) -> anyhow::Result<ControlPlane> {
    let registry =
        Registry::connect(storage.registry_options()).await.context("connecting to the registry")?;
    registry.migrate().await.context("migrating the registry")?;
    let sealed = SealedSettings { dir: dir.join("secrets"), key_file: dir.join("secrets.key") };
    let secrets = SealedStore::open(sealed).await.context("opening the secret store")?;
    let git = GitSettings {
        cache_dir: dir.join("repositories"),
        allowed_folders: allowed(config),
        timeouts: GitTimeouts::default(),
    };
    let driver = ProcessSettings { run_dir: dir.join("run"), keeper: programs::beside("atomo-keeper")? };
    let ports = Ports {
        driver: Arc::new(ProcessDriver::new(driver)),
        secrets: Arc::new(secrets),
        schemas: Arc::new(GitSource::new(git)),
        gateway,
        postgres: storage.host(),
    };
    Ok(ControlPlane::new(registry, ports, settings(config, dir)?))
}

fn settings(config: &Config, dir: &DataDir) -> anyhow::Result<Settings> {
    let behind_us = config.public_url.scheme() == "https";
    let name = config.public_url.host_str().filter(|_| behind_us);
    let dashboard = name.map(|name| Ok::<_, model::Invalid>((name.parse()?, config.listen))).transpose();
    Ok(Settings {
        volumes_dir: dir.join(VOLUMES),
        server_program: programs::server(config)?,
        upstream_ports: config.upstream_ports,
        pool_size: config.pool_size,
        hold: config.hold,
        ready_timeout: config.ready_timeout,
        grace: config.grace,
        sweep: config.sweep,
        concurrency: config.concurrency,
        header: config.header_routing,
        dashboard: dashboard.with_context(|| format!("ATOMO_FLEET_PUBLIC_URL = {}", config.public_url))?,
        https_port: config.gateway_https.port(),
    })
}

/// The examples are always allowed: who names them wants them.
fn allowed(config: &Config) -> AllowedFolders {
    let examples = config.examples.clone();
    match &config.allow_file_repos {
        FileRepos::All => AllowedFolders::All,
        FileRepos::Below(folders) => AllowedFolders::List(folders.iter().cloned().chain(examples).collect()),
        FileRepos::Examples => {
            examples.map_or(AllowedFolders::None, |folder| AllowedFolders::List(vec![folder]))
        }
    }
}
