//! The driver itself: the verbs of the port over the engine's API.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bollard::models::ContainerInspectResponse;
use bollard::query_parameters::ListContainersOptionsBuilder;
use control_plane::ports::driver::{
    DOCKER, Driver, DriverError, DriverInfo, InstanceSpec, InstanceStats, LogQuery, RegistryCredential,
    ServerArtifact, Turns,
};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use model::{InstanceLimits, InstanceSeen, LogLine, ProjectId};
use secrecy::SecretString;
use tokio::sync::watch;

use crate::fault::{away, found};
use crate::journal::Journal;
use crate::labels::{Fleet, project};
use crate::logs::Log;
use crate::network::{self, Networks};
use crate::subnets::Subnets;
use crate::{changes, image, lifecycle, limits, seen, usage};

/// What an instance that is replaced is given to finish.
const REPLACE_GRACE: Duration = Duration::from_secs(10);
/// So many containers are asked about at once.
const AT_ONCE: usize = 8;

/// Which engine, and what belongs to this fleet there.
#[derive(Debug, Clone)]
pub struct DockerSettings {
    /// The engine's socket on this machine: folders of this machine are mounted into containers.
    pub socket: PathBuf,
    /// Tells this fleet from others on the engine; equal at every start.
    pub fleet: String,
    /// What the names of containers and networks begin with: `atomo`.
    pub prefix: String,
    /// Holds what became of each instance. Made when absent.
    pub run_dir: PathBuf,
    /// Where the projects' networks are cut from.
    pub subnets: Subnets,
}

/// Runs instances as containers.
#[derive(Debug)]
pub struct DockerDriver {
    shared: Arc<Shared>,
    networks: Networks,
    turns: Turns,
    /// Secrets of the specs that were started by this value.
    secrets: Mutex<HashMap<ProjectId, Vec<SecretString>>>,
}

/// What verbs and open logs both use.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) fleet: Fleet,
    pub(crate) journal: Journal,
}

impl DockerDriver {
    /// Touches nothing yet: [`Driver::probe`] tells whether it works.
    pub fn new(settings: DockerSettings) -> Self {
        let DockerSettings { socket, fleet, prefix, run_dir, subnets } = settings;
        let fleet = Fleet { socket, name: fleet, prefix };
        Self {
            shared: Arc::new(Shared { fleet, journal: Journal::new(run_dir) }),
            networks: Networks::new(subnets),
            turns: Turns::default(),
            secrets: Mutex::default(),
        }
    }

    fn fleet(&self) -> &Fleet {
        &self.shared.fleet
    }

    /// Refuses, before anything is stopped, what could not be started afterwards. The old instance's own address becomes
    /// free by stopping it.
    async fn refuse(&self, spec: &InstanceSpec, current: Option<&InstanceSeen>) -> Result<(), DriverError> {
        image::check(self.fleet(), &spec.server).await?;
        let address = spec.address;
        if current.is_some_and(|seen| seen.is_running() && seen.address == address.to_string()) {
            return Ok(());
        }
        free(address).await
    }

    fn remember(&self, spec: &InstanceSpec) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.insert(spec.project_id.clone(), spec.redact.clone());
    }

    async fn started(&self, id: &ProjectId) -> Result<InstanceSeen, DriverError> {
        let none = || DriverError::Away {
            doing: "looking at the instance that was just started",
            reason: "its container is gone".to_owned(),
        };
        self.shared.look(id).await?.ok_or_else(none)
    }
}

impl Shared {
    /// The container of an instance; `None` when there is none or it is somebody else's.
    pub(crate) async fn container(
        &self,
        id: &ProjectId,
    ) -> Result<Option<ContainerInspectResponse>, DriverError> {
        const DOING: &str = "looking at the instance";
        let engine = self.fleet.engine(DOING)?;
        let answer = engine.inspect_container(&self.fleet.container(id), None).await;
        let container = found(answer).map_err(away(DOING))?;
        Ok(container.filter(|container| {
            let config = container.config.as_ref();
            self.fleet.owns(config.and_then(|config| config.labels.as_ref()))
        }))
    }

    /// The instance, running or exited, without figures. What became of it is written down on the way.
    pub(crate) async fn look(&self, id: &ProjectId) -> Result<Option<InstanceSeen>, DriverError> {
        let seen = self.container(id).await?.as_ref().and_then(seen::instance);
        if let Some(seen) = &seen {
            self.journal.record(id, seen).await?;
        }
        Ok(seen)
    }
}

async fn free(address: SocketAddr) -> Result<(), DriverError> {
    let checked = tokio::task::spawn_blocking(move || listeners::check(address)).await;
    match checked {
        Ok(Ok(())) => Ok(()),
        Ok(Err(taken)) => Err(DriverError::AddressTaken { address, by: taken.by }),
        Err(fault) => Err(DriverError::Away { doing: "looking at the address", reason: fault.to_string() }),
    }
}

#[async_trait]
impl Driver for DockerDriver {
    fn kind(&self) -> &'static str {
        DOCKER
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        const DOING: &str = "asking the Docker engine";
        let engine = self.fleet().engine(DOING)?.negotiate_version().await.map_err(away(DOING))?;
        let version = engine.version().await.map_err(away(DOING))?.version.unwrap_or_default();
        let info = engine.info().await.map_err(away(DOING))?;
        let lacks = |has: Option<bool>, sentence: &str| (has == Some(false)).then(|| sentence.to_owned());
        let missing = [
            lacks(info.memory_limit, "The engine cannot limit the memory of an instance."),
            lacks(info.cpu_cfs_quota, "The engine cannot limit the processor time of an instance."),
            lacks(info.pids_limit, "The engine cannot limit the number of an instance's processes."),
        ];
        Ok(DriverInfo { name: format!("Docker {version}"), missing: missing.into_iter().flatten().collect() })
    }

    async fn fetch(
        &self,
        server: &ServerArtifact,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        image::fetch(self.fleet(), server, credential, progress).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        let current = self.shared.look(&spec.project_id).await?;
        self.refuse(spec, current.as_ref()).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let id = &spec.project_id;
        let _turn = self.turns.take(id).await;
        self.remember(spec);
        let current = self.shared.look(id).await?;
        let equal = current.as_ref().filter(|seen| seen.digest == spec.digest);
        if let Some(seen) = equal.filter(|seen| seen.is_running()) {
            return Ok(seen.clone());
        }
        self.refuse(spec, current.as_ref()).await?;
        let again = equal.is_some_and(|seen| seen.address == spec.address.to_string());
        if !again {
            if current.as_ref().is_some_and(InstanceSeen::is_running) {
                lifecycle::stop(self.fleet(), id, REPLACE_GRACE).await?;
                self.shared.look(id).await?;
                free(spec.address).await?;
            }
            lifecycle::set_aside(self.fleet(), id).await?;
            let network = self.networks.ensure(self.fleet(), id).await?;
            lifecycle::create(self.fleet(), spec, &network).await?;
        }
        lifecycle::start(self.fleet(), spec).await?;
        self.started(id).await
    }

    async fn limit(&self, id: &ProjectId, limits: &InstanceLimits) -> Result<(), DriverError> {
        let _turn = self.turns.take(id).await;
        match self.shared.look(id).await? {
            Some(seen) if seen.is_running() => limits::change(self.fleet(), id, limits).await,
            _ => Ok(()),
        }
    }

    async fn ensure_stopped(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError> {
        let _turn = self.turns.take(id).await;
        if self.shared.look(id).await?.is_some_and(|seen| seen.is_running()) {
            lifecycle::stop(self.fleet(), id, grace).await?;
            self.shared.look(id).await?;
        }
        Ok(())
    }

    async fn remove(&self, id: &ProjectId) -> Result<(), DriverError> {
        let _turn = self.turns.take(id).await;
        lifecycle::remove(self.fleet(), id).await?;
        network::remove(self.fleet(), id).await?;
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        self.shared.journal.remove(id).await
    }

    async fn inspect(&self, id: &ProjectId) -> Result<Option<InstanceSeen>, DriverError> {
        let mut seen = self.shared.look(id).await?;
        if let Some(seen) = &mut seen
            && let Some(pid) = seen.pid
        {
            seen.memory = usage::stats(pid).map(|stats| stats.memory);
            seen.peak_memory = usage::peak(pid);
        }
        Ok(seen)
    }

    async fn list(&self) -> Result<Vec<(ProjectId, InstanceSeen)>, DriverError> {
        const DOING: &str = "listing the containers";
        let options =
            ListContainersOptionsBuilder::default().all(true).filters(&self.fleet().filter()).build();
        let engine = self.fleet().engine(DOING)?;
        let containers = engine.list_containers(Some(options)).await.map_err(away(DOING))?;
        let mut ids: Vec<ProjectId> =
            containers.iter().filter_map(|container| project(container.labels.as_ref()?)).collect();
        ids.sort();
        ids.dedup();
        let looks = stream::iter(ids).map(|id| async move { (self.shared.look(&id).await, id) });
        let looks: Vec<_> = looks.buffered(AT_ONCE).collect().await;
        let seen = looks.into_iter().map(|(seen, id)| Ok(seen?.map(|seen| (id, seen))));
        seen.filter_map(Result::transpose).collect()
    }

    async fn stats(&self, id: &ProjectId) -> Result<Option<InstanceStats>, DriverError> {
        Ok(self.shared.look(id).await?.and_then(|seen| usage::stats(seen.pid?)))
    }

    async fn logs(
        &self,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        let known = self.secrets.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let log = Log { shared: Arc::clone(&self.shared), id: id.clone(), known: known.unwrap_or_default() };
        log.read(query).await
    }

    /// Hears from the call on, not from the first poll.
    fn changes(&self) -> BoxStream<'static, ProjectId> {
        changes::changes(self.fleet())
    }
}
