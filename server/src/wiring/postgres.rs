//! Postgres for the registry and the projects: the configured server, else an embedded cluster below the data directory.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use control_plane::ports::postgres_host::DatabaseHosts;
use model::DatabaseServerName;
use postgres_host::embedded::{Cluster, ClusterSettings, Origin, Search, find_binaries};
use postgres_host::{ConnectOptions, Copies, RegistryCopies, Tenancy};
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;

use super::users::{RegistrationLock, Then, User};
use super::{database_servers, programs};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::shutdown::undo;

/// The registry's database in the embedded cluster.
const REGISTRY: &str = "atomo_fleet";
/// Time that the embedded cluster has to stop.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// The Postgres of the registry and the first database server.
#[derive(Clone)]
pub struct Storage {
    registry: ConnectOptions,
    copies: Arc<Copies>,
    hosts: DatabaseHosts,
    servers: BTreeMap<DatabaseServerName, ConnectOptions>,
    own: Option<Arc<EmbeddedUse>>,
}

struct EmbeddedUse {
    settings: ClusterSettings,
    cluster: Mutex<Cluster>,
    user: User,
    dir: DataDir,
}

/// Connects to the configured server, or adopts or starts the embedded cluster.
pub async fn storage(config: &Config, dir: &DataDir) -> anyhow::Result<Storage> {
    let (further, mut servers): (Vec<_>, BTreeMap<_, _>) = database_servers::further(config)?
        .into_iter()
        .map(|(host, admin)| (host.clone(), (host.name, admin)))
        .unzip();
    if let Some(url) = &config.database_url {
        // the parser's message is omitted: it may contain parts of the URL
        let registry = ConnectOptions::from_str(url.expose_secret())
            .map_err(|_| anyhow::anyhow!("ATOMO_FLEET_DATABASE_URL is not a Postgres URL"))?;
        let registry = database_servers::reachable(config, registry).context("ATOMO_FLEET_DATABASE_URL")?;
        let copies = Arc::new(Copies::new(registry.clone(), database_servers::clients(config)));
        servers.insert(DatabaseServerName::default(), registry.clone());
        let first = (registry.clone(), Arc::clone(&copies));
        let hosts = database_servers::all(config, first, Tenancy::Shared, further);
        return Ok(Storage { registry, copies, hosts, servers, own: None });
    }
    let own = EmbeddedUse::start(cluster_settings(config, dir).await?, dir).await?;
    let cluster = own.cluster.lock().await;
    let (admin, registry) = (cluster.admin(), cluster.ensure_fleet_database(REGISTRY).await);
    drop(cluster);
    match registry.context("making the registry's database") {
        Ok(registry) => {
            let copies = Arc::new(Copies::new(admin.clone(), database_servers::clients(config)));
            servers.insert(DatabaseServerName::default(), admin.clone());
            let first = (admin, Arc::clone(&copies));
            let hosts = database_servers::all(config, first, Tenancy::Exclusive, further);
            Ok(Storage { registry, copies, hosts, servers, own: Some(Arc::new(own)) })
        }
        Err(error) => Err(undo(error, own.release(Then::AsRecorded)).await),
    }
}

async fn cluster_settings(config: &Config, dir: &DataDir) -> anyhow::Result<ClusterSettings> {
    let folder = dir.join("postgres");
    let extra: Vec<PathBuf> = programs::postgres().into_iter().collect();
    let search = Search { explicit: config.pg_bin.as_deref(), cluster: &folder, extra: &extra };
    let binaries = find_binaries(&search)
        .await
        .context("finding Postgres; scripts/setup installs it, ATOMO_FLEET_PG_BIN names its programs")?;
    Ok(ClusterSettings::new(folder, binaries))
}

impl Storage {
    /// Connection options of the registry.
    pub fn registry_options(&self) -> ConnectOptions {
        self.registry.clone()
    }

    /// The registry, as a database that is dumped and restored.
    pub fn registry_database(&self) -> RegistryCopies {
        RegistryCopies::new(self.registry.clone(), Arc::clone(&self.copies))
    }

    /// The database servers.
    pub fn hosts(&self) -> DatabaseHosts {
        self.hosts.clone()
    }

    /// The connection options of our role on every database server.
    pub fn servers(&self) -> BTreeMap<DatabaseServerName, ConnectOptions> {
        self.servers.clone()
    }

    /// Whether the embedded cluster is used.
    pub fn is_embedded(&self) -> bool {
        self.own.is_some()
    }

    /// Restarts the embedded cluster if it has ended, and rotates its log.
    pub async fn keep(&self) -> anyhow::Result<()> {
        let Some(own) = &self.own else { return Ok(()) };
        let mut cluster = own.cluster.lock().await;
        if !cluster.is_running() {
            tracing::warn!("Postgres has ended; starting it again");
            *cluster = Cluster::start(&own.settings).await?;
        }
        if let Err(error) = cluster.rotate_log().await {
            tracing::warn!("the log of Postgres grows on: {error}");
        }
        Ok(())
    }

    /// Releases this process's use. The embedded cluster keeps running if another process uses it or `stay` was called.
    pub async fn release(self) -> anyhow::Result<()> {
        match self.own {
            Some(own) => own.release(Then::AsRecorded).await,
            None => Ok(()),
        }
    }

    /// Keeps the embedded cluster running after this process ends, because instances need it.
    pub fn stay(&self) -> anyhow::Result<()> {
        self.own.as_ref().map_or(Ok(()), |own| own.user.keep_postgres())
    }

    /// Stops the embedded cluster. If a host command still uses it, that command stops it at its end.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self.own {
            Some(own) => own.release(Then::Stop).await,
            None => Ok(()),
        }
    }
}

impl EmbeddedUse {
    async fn start(settings: ClusterSettings, dir: &DataDir) -> anyhow::Result<Self> {
        let lock = RegistrationLock::wait(dir).await?;
        let cluster = Cluster::start(&settings).await.context("starting Postgres")?;
        match lock.register(cluster.origin()) {
            Ok(user) => Ok(Self { settings, cluster: Mutex::new(cluster), user, dir: dir.clone() }),
            Err(error) if cluster.origin() == Origin::Started => Err(undo(error, stop(&cluster)).await),
            Err(error) => Err(error),
        }
    }

    async fn release(&self, then: Then) -> anyhow::Result<()> {
        self.user.release(&self.dir, then, async || stop(&*self.cluster.lock().await).await).await
    }
}

async fn stop(cluster: &Cluster) -> anyhow::Result<()> {
    cluster.stop(STOP_LIMIT).await.context("stopping Postgres")
}
