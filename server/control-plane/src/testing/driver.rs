//! The in-memory driver: instances are entries of a map, and tests play the part of their processes.
//!
//! It keeps every promise of the port (digests, adoption, hints, redaction, refusals), so what is tested with it
//! holds with processes too. What only a process can show (memory, real time, signals that are ignored) it leaves out,
//! but for the time that an instance takes to end, see [`FakeDriver::set_drain`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use model::{
    ByteSize, InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine, LogStream, ProjectId,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;
use tokio_stream::wrappers::BroadcastStream;

use crate::ports::driver::{
    AddressSource, Artifact, Driver, DriverError, DriverInfo, DriverTraits, FileDelivery, InstanceSpec,
    LimitChange, LogQuery, RegistryCredential, Release,
};

pub mod assigned;
mod log;
mod state;
mod world;

use state::{Ending, SIGKILL};
use world::World;

/// Memory that each instance uses.
const MEMORY: ByteSize = ByteSize::mib(20);

/// A driver without processes. Clones share their instances, as two control planes on one machine do.
#[derive(Clone, Default)]
pub struct FakeDriver {
    world: Arc<World>,
}

/// What names an instance in a test: its key, or its project for the main one.
pub trait NamesInstance {
    /// The key.
    fn key(&self) -> InstanceKey;
}

impl NamesInstance for InstanceKey {
    fn key(&self) -> InstanceKey {
        self.clone()
    }
}

impl NamesInstance for ProjectId {
    fn key(&self) -> InstanceKey {
        InstanceKey::main(self.clone())
    }
}

/// What an instance that is replaced is given to finish.
const REPLACE_GRACE: Duration = Duration::from_secs(10);

impl FakeDriver {
    /// Programs, at addresses that are given, with folders.
    pub const TRAITS: DriverTraits = DriverTraits {
        artifact: Artifact::Program,
        address: AddressSource::Given,
        files: FileDelivery::Folders,
    };

    /// No instance runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// The instance ends by itself, with this exit code.
    pub fn exit(&self, id: &impl NamesInstance, code: i32) {
        self.world.end(&id.key(), Ending::Code(code));
    }

    /// Somebody else kills the instance with this signal.
    pub fn kill(&self, id: &impl NamesInstance, signal: i32) {
        self.world.end(&id.key(), Ending::Signal(signal));
    }

    /// The kernel kills the instance at its limit of memory.
    pub fn run_out_of_memory(&self, id: &impl NamesInstance) {
        self.world.end(&id.key(), Ending::OutOfMemory);
    }

    /// The limits of this instance cannot be changed while it runs. The driver learns it when it tries.
    pub fn fix_limits(&self, id: &impl NamesInstance) {
        self.world.state().fixed.insert(id.key());
    }

    /// From now on an instance that is asked to end runs for so long first, or until its grace is over. It ends then also
    /// when the caller has gone away meanwhile, as a process does.
    pub fn set_drain(&self, drain: Duration) {
        self.world.state().drain = drain;
    }

    /// The instance prints a line on its standard output.
    pub fn print(&self, id: &impl NamesInstance, text: &str) {
        let mut state = self.world.state();
        let Some(instance) = state.instances.get(&id.key()) else { return };
        let redacted = instance
            .redact
            .iter()
            .map(SecretString::expose_secret)
            .filter(|secret| !secret.is_empty())
            .fold(text.to_owned(), |text, secret| text.replace(secret, "[redacted]"));
        state.log(&id.key()).add(LogStream::Stdout, redacted);
    }

    /// Something else listens on this address, until [`Self::free`].
    pub fn take(&self, address: SocketAddr, by: &str) {
        self.world.state().taken.insert(address, by.to_owned());
    }

    /// Nothing else listens there any more.
    pub fn free(&self, address: SocketAddr) {
        self.world.state().taken.remove(&address);
    }

    /// This program or image does not exist. Every other does.
    pub fn lose_release(&self, release: &Release) {
        self.world.state().missing.insert(release.clone());
    }

    /// This program or image exists again.
    pub fn find_release(&self, release: &Release) {
        self.world.state().missing.remove(release);
    }

    /// From now on a fetch of the release needs this credential; with `None` it needs none.
    pub fn demand(&self, credential: Option<RegistryCredential>) {
        self.world.state().demanded = credential;
    }

    /// The instance cannot be stopped.
    pub fn resist(&self, id: &impl NamesInstance) {
        self.world.state().stubborn.insert(id.key());
    }

    /// Lets the instance end again when it is stopped.
    pub fn relent(&self, id: &impl NamesInstance) {
        self.world.state().stubborn.remove(&id.key());
    }

    /// With a reason every call fails with [`DriverError::Away`], until it is called with none.
    pub fn set_away(&self, reason: Option<&str>) {
        self.world.state().away = reason.map(str::to_owned);
    }

    /// How often this instance was started since it was last removed.
    pub fn starts(&self, id: &impl NamesInstance) -> u32 {
        self.world.state().instances.get(&id.key()).map_or(0, |instance| instance.starts)
    }
}

#[async_trait]
impl Driver for FakeDriver {
    fn kind(&self) -> &'static str {
        "fake"
    }

    fn traits(&self) -> DriverTraits {
        Self::TRAITS
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        drop(self.world.reach("looking at the driver")?);
        Ok(DriverInfo { name: "fake".into(), missing: vec!["It runs nothing.".into()] })
    }

    async fn fetch(
        &self,
        release: &Release,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        let answer = self.world.reach("fetching the release")?.fetch(release, credential);
        progress.send_replace("asking".into());
        answer
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        self.world.reach("checking the spec")?.refuse(spec)
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        const DOING: &str = "starting the instance";
        let _lock = self.world.locks.lock(&spec.key).await;
        {
            let state = self.world.reach(DOING)?;
            let running = state.instances.get(&spec.key).map(|instance| &instance.seen);
            if let Some(seen) = running.filter(|seen| seen.is_running() && seen.digest == spec.digest) {
                return Ok(seen.clone());
            }
            state.refuse(spec)?;
        }
        self.world.stop(&spec.key, REPLACE_GRACE).await?;
        let seen = self.world.reach(DOING)?.start(spec)?;
        self.world.hint(&spec.key);
        Ok(seen)
    }

    async fn preview(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<LimitChange, DriverError> {
        let state = self.world.reach("looking at the limits")?;
        let seen = state.instances.get(key).map(|instance| &instance.seen);
        Ok(self.world.refused.preview(key, seen, Some(MEMORY), limits))
    }

    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError> {
        let mut state = self.world.reach("changing the limits")?;
        let limited = state.limit(key, *limits);
        if let (Err(DriverError::NotLive { reason }), Some(instance)) = (&limited, state.instances.get(key)) {
            self.world.refused.note(key, &instance.seen, limits, reason);
        }
        limited
    }

    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        let _lock = self.world.locks.lock(key).await;
        self.world.stop(key, grace).await
    }

    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        {
            let mut state = self.world.reach("removing the instance")?;
            state.end(key, Ending::Signal(SIGKILL));
            state.instances.remove(key);
            if let Some(log) = state.logs.get(key) {
                log.clear();
            }
        }
        self.world.hint(key);
        Ok(())
    }

    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        let state = self.world.reach("looking at the instance")?;
        Ok(state.instances.get(key).map(|instance| instance.seen.clone()))
    }

    async fn configuration_drift(&self, _key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        Ok(Vec::new())
    }

    async fn figures(&self, key: &InstanceKey, seen: &InstanceSeen) -> InstanceFigures {
        let is_known =
            self.world.reach("measuring the instance").is_ok_and(|state| state.instances.contains_key(key));
        let memory = Some(MEMORY).filter(|_| is_known);
        InstanceFigures { memory: memory.filter(|_| seen.is_running()), peak_memory: memory }
    }

    async fn list(&self) -> Result<Vec<(InstanceKey, InstanceSeen)>, DriverError> {
        let state = self.world.reach("listing instances")?;
        Ok(state.instances.iter().map(|(key, instance)| (key.clone(), instance.seen.clone())).collect())
    }

    async fn logs(
        &self,
        key: &InstanceKey,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        Ok(self.world.reach("reading the log")?.log(key).read(query))
    }

    fn changes(&self) -> BoxStream<'static, InstanceKey> {
        BroadcastStream::new(self.world.hints.subscribe()).filter_map(async |hint| hint.ok()).boxed()
    }
}
