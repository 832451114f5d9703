//! The driver itself: the verbs of the port over the engine's API.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bollard::Docker;
use bollard::query_parameters::ListContainersOptionsBuilder;
use control_plane::keyed_lock::KeyedLock;
use control_plane::ports::driver::{
    AddressSource, Artifact, Driver, DriverError, DriverInfo, DriverTraits, FileDelivery, InstanceSpec,
    LimitChange, LogQuery, RefusedLimits, RegistryCredential, Release,
};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use model::{InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine};
use secrecy::SecretString;
use tokio::sync::watch;

use crate::journal::Journal;
use crate::labels::{self, Fleet};
use crate::logs::Log;
use crate::network::{self, Networks};
use crate::shared::Shared;
use crate::subnets::Subnets;
use crate::{changes, configuration, image, lifecycle, limits, usage};

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
    /// Where the instances' networks are cut from.
    pub subnets: Subnets,
    /// How long a pull may stand still until its registry is taken for one that is away: [`PULL_STALL`](crate::PULL_STALL).
    pub pull_stall: Duration,
}

/// Runs instances as containers.
#[derive(Debug)]
pub struct DockerDriver {
    shared: Arc<Shared>,
    networks: Networks,
    pull_stall: Duration,
    locks: KeyedLock<InstanceKey>,
    refused: RefusedLimits,
    /// Secrets of the specs that were started by this value.
    secrets: Mutex<HashMap<InstanceKey, Vec<SecretString>>>,
}

impl DockerDriver {
    /// Touches nothing yet: [`Driver::probe`] tells whether it works.
    pub fn new(settings: DockerSettings) -> Self {
        let DockerSettings { socket, fleet, prefix, run_dir, subnets, pull_stall } = settings;
        let fleet = Fleet { socket, name: fleet, prefix };
        Self {
            shared: Arc::new(Shared { fleet, journal: Journal::new(run_dir) }),
            networks: Networks::new(subnets),
            pull_stall,
            locks: KeyedLock::default(),
            refused: RefusedLimits::default(),
            secrets: Mutex::default(),
        }
    }

    fn fleet(&self) -> &Fleet {
        &self.shared.fleet
    }

    /// Refuses, before anything is stopped, what could not be started afterwards. The old instance's own address becomes
    /// free by stopping it.
    async fn refuse(&self, spec: &InstanceSpec, current: Option<&InstanceSeen>) -> Result<(), DriverError> {
        spec.schema.folder()?;
        spec.media.folder()?;
        let address = spec.address.given()?;
        image::check(self.fleet(), &spec.release).await?;
        if current.is_some_and(|seen| seen.is_running() && seen.address == address.to_string()) {
            return Ok(());
        }
        free(address).await
    }

    fn remember(&self, spec: &InstanceSpec) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.insert(spec.key.clone(), spec.redact.clone());
    }

    async fn started(&self, key: &InstanceKey) -> Result<InstanceSeen, DriverError> {
        let none = || DriverError::Away {
            doing: "looking at the instance that was just started",
            reason: "its container is gone".to_owned(),
        };
        self.shared.look_and_note(key).await?.ok_or_else(none)
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
        "docker"
    }

    fn traits(&self) -> DriverTraits {
        DriverTraits {
            artifact: Artifact::Image,
            address: AddressSource::Given,
            files: FileDelivery::Folders,
        }
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        const DOING: &str = "asking the Docker engine";
        let question = async |engine: Docker| {
            let engine = engine.negotiate_version().await?;
            Ok((engine.version().await?.version.unwrap_or_default(), engine.info().await?))
        };
        let (version, info) = self.fleet().ask(DOING, question).await?;
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
        release: &Release,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        image::fetch(self.fleet(), release, credential, progress, self.pull_stall).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        let current = self.shared.look_and_note(&spec.key).await?;
        self.refuse(spec, current.as_ref()).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let key = &spec.key;
        let _lock = self.locks.lock(key).await;
        self.remember(spec);
        let current = self.shared.look_and_note(key).await?;
        let equal = current.as_ref().filter(|seen| seen.digest == spec.digest);
        if let Some(seen) = equal.filter(|seen| seen.is_running()) {
            return Ok(seen.clone());
        }
        self.refuse(spec, current.as_ref()).await?;
        let address = spec.address.given()?;
        let network = self.networks.ensure(self.fleet(), key).await?;
        let same =
            equal.is_some_and(|seen| seen.address == address.to_string() && seen.limits == Some(spec.limits));
        if !same || !self.shared.is_on(key, &network).await? {
            if current.as_ref().is_some_and(InstanceSeen::is_running) {
                lifecycle::stop(self.fleet(), key, REPLACE_GRACE).await?;
                self.shared.look_and_note(key).await?;
                free(address).await?;
            }
            lifecycle::set_aside(self.fleet(), key).await?;
            lifecycle::create(self.fleet(), spec, &network).await?;
        }
        lifecycle::start(self.fleet(), spec).await?;
        if !same {
            self.shared.write_configuration(key).await?;
        }
        self.started(key).await
    }

    async fn preview(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<LimitChange, DriverError> {
        let seen = self.inspect(key).await?;
        let memory = seen.as_ref().and_then(|seen| seen.pid).and_then(usage::memory);
        Ok(self.refused.preview(key, seen.as_ref(), memory, limits))
    }

    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        let Some(seen) = self.shared.look_and_note(key).await?.filter(InstanceSeen::is_running) else {
            return Ok(());
        };
        let limited = limits::change(self.fleet(), key, limits).await;
        if let Err(DriverError::NotLive { reason }) = &limited {
            self.refused.note(key, &seen, limits, reason);
        }
        limited
    }

    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        if self.shared.look_and_note(key).await?.is_some_and(|seen| seen.is_running()) {
            lifecycle::stop(self.fleet(), key, grace).await?;
            self.shared.look_and_note(key).await?;
        }
        Ok(())
    }

    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        lifecycle::remove(self.fleet(), key).await?;
        network::remove(self.fleet(), key).await?;
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        self.refused.forget(key);
        configuration::remove(self.shared.journal.folder(), key).await;
        self.shared.journal.remove(key).await
    }

    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        self.shared.look_and_note(key).await
    }

    async fn configuration_drift(&self, key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        self.shared.configuration_drift(key).await
    }

    async fn figures(&self, _key: &InstanceKey, seen: &InstanceSeen) -> InstanceFigures {
        let Some(pid) = seen.pid else { return InstanceFigures::default() };
        InstanceFigures { memory: usage::memory(pid), peak_memory: usage::peak(pid) }
    }

    async fn list(&self) -> Result<Vec<(InstanceKey, InstanceSeen)>, DriverError> {
        const DOING: &str = "listing the containers";
        let options =
            ListContainersOptionsBuilder::default().all(true).filters(&self.fleet().filter()).build();
        let question = async |engine: Docker| engine.list_containers(Some(options)).await;
        let containers = self.fleet().ask(DOING, question).await?;
        let mut keys: Vec<InstanceKey> =
            containers.iter().filter_map(|container| labels::key(container.labels.as_ref()?)).collect();
        keys.sort();
        keys.dedup();
        let looks = stream::iter(keys).map(|key| async move { (self.shared.look_and_note(&key).await, key) });
        let looks: Vec<_> = looks.buffered(AT_ONCE).collect().await;
        let seen = looks.into_iter().map(|(seen, key)| Ok(seen?.map(|seen| (key, seen))));
        seen.filter_map(Result::transpose).collect()
    }

    async fn logs(
        &self,
        key: &InstanceKey,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        let known = self.secrets.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let log =
            Log { shared: Arc::clone(&self.shared), key: key.clone(), known: known.unwrap_or_default() };
        log.read(query).await
    }

    /// Hears from the call on, not from the first poll.
    fn changes(&self) -> BoxStream<'static, InstanceKey> {
        changes::changes(self.fleet())
    }
}
