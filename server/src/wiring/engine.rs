//! Constructs the control plane.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use control_plane::backup_keys::BackupKeys;
use control_plane::ports::driver::Driver;
use control_plane::ports::gateway::Gateway;
use control_plane::registry::{EngineTerm, Registry};
use control_plane::volumes::LocalVolumes;
use control_plane::{ControlPlane, Ports, Settings, VolumeFolders};
use driver_docker::{DockerDriver, DockerSettings, PULL_STALL};
use driver_process::{ProcessDriver, ProcessSettings};
use gateway_caddy::{AdminAddress, CaddyGateway, CaddySettings};
use schema_typescript::TypeScriptReader;
use schemas_git::{AllowedFolders, GitLimits, GitSettings, GitSource, GitTimeouts};

use super::caddy::GatewayParts;
use super::postgres::Storage;
use super::{archives, programs, recovery, secrets, wal_archives};
use crate::config::{Config, FileRepos, Runs};
use crate::data_dir::DataDir;

/// How long acts of the engine may take to end when the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// The folders of projects.
const VOLUMES: &str = "projects";

/// The folders of files that projects follow in development.
const DEVELOPMENT: &str = "development";

/// What to do with a registry of an older version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// Migrate it.
    Migrate,
    /// Fail, because another program may use it. An empty database is initialised.
    Refuse,
}

/// The control plane of a server, and the term of its engine: nothing is migrated or acted on without the engine lock.
pub async fn plane(
    config: &Config,
    dir: &DataDir,
    storage: &Storage,
    gateway: &GatewayParts,
    upgrade: Upgrade,
) -> anyhow::Result<(ControlPlane, EngineTerm)> {
    let registry = connect(storage).await?;
    match led(config, dir, registry.clone(), storage, gateway, upgrade).await {
        Ok(plane) => Ok(plane),
        Err(error) => {
            registry.close().await;
            Err(error)
        }
    }
}

async fn led(
    config: &Config,
    dir: &DataDir,
    registry: Registry,
    storage: &Storage,
    gateway: &GatewayParts,
    upgrade: Upgrade,
) -> anyhow::Result<(ControlPlane, EngineTerm)> {
    let lock = registry.lock_engine().await?;
    upgraded(&registry, upgrade).await?;
    let term = lock.begin_term().await?;
    if let Err(error) = LocalVolumes::new(dir.join(VOLUMES)).close().await {
        tracing::warn!("folders of projects are open to other users: {:#}", anyhow::Error::new(error));
    }
    let gateway = Arc::clone(&gateway.gateway) as Arc<dyn Gateway>;
    let plane = build(config, dir, registry, storage, gateway).await?;
    secrets::agrees(config, &plane).await?;
    Ok((plane, term))
}

/// The control plane of a host command. It neither routes nor starts anything. A migration needs the engine lock.
pub async fn attached(
    config: &Config,
    dir: &DataDir,
    storage: &Storage,
    upgrade: Upgrade,
) -> anyhow::Result<ControlPlane> {
    let admin =
        config.caddy_admin.clone().unwrap_or_else(|| AdminAddress::Unix(dir.join("caddy/admin.sock")));
    let (render, certificates) = (super::caddy::render(config), config.certificates.clone());
    let gateway =
        CaddyGateway::new(CaddySettings { admin, name: None, root_file: None, certificates, render });
    let registry = connect(storage).await?;
    match opened(&registry, upgrade).await {
        Ok(()) => build(config, dir, registry, storage, Arc::new(gateway)).await,
        Err(error) => {
            registry.close().await;
            Err(error)
        }
    }
}

/// Migrates under the engine lock, so never beside a running engine; for the rest a host command needs none.
async fn opened(registry: &Registry, upgrade: Upgrade) -> anyhow::Result<()> {
    match upgrade {
        Upgrade::Migrate => {
            let _lock = registry.lock_engine().await?;
            upgraded(registry, upgrade).await
        }
        Upgrade::Refuse => upgraded(registry, upgrade).await,
    }
}

async fn connect(storage: &Storage) -> anyhow::Result<Registry> {
    Registry::connect(storage.registry_options()).await.context("connecting to the registry")
}

async fn upgraded(registry: &Registry, upgrade: Upgrade) -> anyhow::Result<()> {
    match upgrade {
        Upgrade::Migrate => registry.migrate().await.context("migrating the registry"),
        Upgrade::Refuse => registry.migrate_if_empty().await.context("opening the registry"),
    }
}

async fn build(
    config: &Config,
    dir: &DataDir,
    registry: Registry,
    storage: &Storage,
    gateway: Arc<dyn Gateway>,
) -> anyhow::Result<ControlPlane> {
    let secrets = secrets::secret_store(config.secrets, config, dir).await?;
    let git = GitSettings {
        cache_dir: dir.join("repositories"),
        allowed_folders: allowed(config),
        timeouts: GitTimeouts::default(),
        limits: GitLimits { received: config.repository_limit, ..GitLimits::default() },
    };
    let ports = Ports {
        driver: driver(config, dir, &registry).await?,
        secrets,
        schemas: Arc::new(GitSource::new(git)),
        reader: Arc::new(TypeScriptReader),
        gateway,
        postgres: storage.hosts(),
        volumes: Arc::new(LocalVolumes::new(dir.join(VOLUMES))),
        registry_database: Arc::new(storage.registry_database()),
        archives: archives::archive_store(config, dir),
        mirror: archives::schema_mirror(config),
        wal_archives: wal_archives::wal_archives(config, dir, &registry, &storage.servers()).await?,
    };
    Ok(ControlPlane::new(registry, ports, settings(config, dir)?))
}

async fn driver(config: &Config, dir: &DataDir, registry: &Registry) -> anyhow::Result<Arc<dyn Driver>> {
    Ok(match &config.runs {
        Runs::Processes(_) => {
            let keeper = programs::beside("atomo-keeper")?;
            Arc::new(ProcessDriver::new(ProcessSettings { run_dir: dir.join("run"), keeper }))
        }
        Runs::Containers { image: _, socket, subnets } => Arc::new(DockerDriver::new(DockerSettings {
            socket: socket.clone(),
            fleet: registry.fleet_id().await?.to_string(),
            prefix: "atomo".to_owned(),
            run_dir: dir.join("containers"),
            subnets: *subnets,
            pull_stall: PULL_STALL,
        })),
    })
}

fn settings(config: &Config, dir: &DataDir) -> anyhow::Result<Settings> {
    let behind_us = config.public_url.scheme() == "https";
    let name = config.public_url.host_str().filter(|_| behind_us);
    let dashboard = name.map(|name| Ok::<_, model::Invalid>((name.parse()?, config.listen))).transpose();
    Ok(Settings {
        release: programs::release(config)?,
        programs: programs::choice(config),
        limits: config.limits,
        upstream_ports: config.upstream_ports,
        pool_size: config.pool_size,
        hold: config.hold,
        ready_timeout: config.ready_timeout,
        verify_timeout: config.verify_timeout,
        failed_retry: config.failed_retry,
        drain: DRAIN,
        grace: config.grace,
        pauses: control_plane::settings::PAUSES,
        sweep: config.sweep,
        concurrency: config.concurrency,
        header: config.header_routing,
        dashboard: dashboard.with_context(|| format!("ATOMO_FLEET_PUBLIC_URL = {}", config.public_url))?,
        https_port: config.gateway_https.port(),
        certificate_alert_days: config.certificate_alert_days,
        backup_keys: BackupKeys {
            recipients: config.backups.recipients.clone(),
            identities: config.backups.identity.clone(),
        },
        backup_policy: config.backups.policy.clone(),
        keep_former: config.backups.keep_former,
        deletes: config.backups.deletes,
        deploys: config.backups.deploys,
        drift: config.drift,
        spool: dir.join("spool"),
        fleet_backups: recovery::settings(config, dir),
        hostname_pattern: config.hostname_pattern.clone(),
        volumes: VolumeFolders { own: dir.join(DEVELOPMENT), allowed: config.schemas.volumes.clone() },
    })
}

/// The allowed folders. The examples are always allowed.
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
