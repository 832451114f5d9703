//! The in-memory driver: instances are entries of a map, and tests play the part of their processes.
//!
//! It keeps every promise of the port (digests, adoption, hints, redaction, refusals), so what is tested with it
//! holds with processes too. What only a process can show (memory, real time, signals that are ignored) it leaves out.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use model::{InstanceLimits, InstanceSeen, LogLine, LogStream, ProjectId};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use tokio::sync::{broadcast, watch};
use tokio_stream::wrappers::BroadcastStream;

use crate::ports::driver::{
    Driver, DriverError, DriverInfo, InstanceSpec, InstanceStats, LogQuery, RegistryCredential,
    ServerArtifact,
};

mod log;
mod state;

use state::{Ending, SIGKILL, SIGTERM, State};

/// A driver without processes. Clones share their instances, as two control planes on one machine do.
#[derive(Clone, Default)]
pub struct FakeDriver {
    world: Arc<World>,
}

struct World {
    state: Mutex<State>,
    hints: broadcast::Sender<ProjectId>,
}

impl Default for World {
    fn default() -> Self {
        Self { state: Mutex::default(), hints: broadcast::Sender::new(1024) }
    }
}

impl FakeDriver {
    /// No instance runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// The instance ends by itself, with this exit code.
    pub fn exit(&self, id: &ProjectId, code: i32) {
        self.world.end(id, Ending::Code(code));
    }

    /// Somebody else kills the instance with this signal.
    pub fn kill(&self, id: &ProjectId, signal: i32) {
        self.world.end(id, Ending::Signal(signal));
    }

    /// The kernel kills the instance at its limit of memory.
    pub fn run_out_of_memory(&self, id: &ProjectId) {
        self.world.end(id, Ending::OutOfMemory);
    }

    /// The limits of this project's instance cannot be changed while it runs.
    pub fn fix_limits(&self, id: &ProjectId) {
        self.world.state().fixed.insert(id.clone());
    }

    /// The instance prints a line on its standard output.
    pub fn print(&self, id: &ProjectId, text: &str) {
        let mut state = self.world.state();
        let Some(instance) = state.instances.get(id) else { return };
        let redacted = instance
            .redact
            .iter()
            .map(SecretString::expose_secret)
            .filter(|secret| !secret.is_empty())
            .fold(text.to_owned(), |text, secret| text.replace(secret, "[redacted]"));
        state.log(id).add(LogStream::Stdout, redacted);
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
    pub fn lose_server(&self, server: &ServerArtifact) {
        self.world.state().missing.insert(server.clone());
    }

    /// From now on the server is given only to whoever has this credential; with `None` to anybody.
    pub fn demand(&self, credential: Option<RegistryCredential>) {
        self.world.state().demanded = credential;
    }

    /// The instance of this project cannot be stopped.
    pub fn resist(&self, id: &ProjectId) {
        self.world.state().stubborn.insert(id.clone());
    }

    /// With a reason every call fails with [`DriverError::Away`], until it is called with none.
    pub fn set_away(&self, reason: Option<&str>) {
        self.world.state().away = reason.map(str::to_owned);
    }

    /// How often an instance of this project was started since it was last removed.
    pub fn starts(&self, id: &ProjectId) -> u32 {
        self.world.state().instances.get(id).map_or(0, |instance| instance.starts)
    }
}

impl World {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, unless the driver is away.
    fn reach(&self, doing: &'static str) -> Result<MutexGuard<'_, State>, DriverError> {
        let state = self.state();
        match &state.away {
            Some(reason) => Err(DriverError::Away { doing, reason: reason.clone() }),
            None => Ok(state),
        }
    }

    fn end(&self, id: &ProjectId, ending: Ending) {
        self.state().end(id, ending);
        self.hint(id);
    }

    /// Nobody may be listening, and that is fine.
    fn hint(&self, id: &ProjectId) {
        let _ = self.hints.send(id.clone());
    }
}

#[async_trait]
impl Driver for FakeDriver {
    fn kind(&self) -> &'static str {
        "fake"
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        drop(self.world.reach("looking at the driver")?);
        Ok(DriverInfo { name: "fake".into(), missing: vec!["It runs nothing.".into()] })
    }

    async fn fetch(
        &self,
        server: &ServerArtifact,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        let answer = self.world.reach("fetching the server")?.fetch(server, credential);
        progress.send_replace("asking".into());
        answer
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        self.world.reach("checking the spec")?.refusal(spec).map_or(Ok(()), Err)
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let seen = {
            let mut state = self.world.reach("starting the instance")?;
            let running = state.instances.get(&spec.project_id).map(|instance| &instance.seen);
            if let Some(seen) = running.filter(|seen| seen.is_running() && seen.digest == spec.digest) {
                return Ok(seen.clone());
            }
            if let Some(refusal) = state.refusal(spec) {
                return Err(refusal);
            }
            state.end(&spec.project_id, Ending::Signal(SIGTERM));
            state.start(spec)
        };
        self.world.hint(&spec.project_id);
        Ok(seen)
    }

    async fn limit(&self, id: &ProjectId, limits: &InstanceLimits) -> Result<(), DriverError> {
        self.world.reach("changing the limits")?.limit(id, *limits)
    }

    async fn ensure_stopped(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError> {
        let signal = if grace.is_zero() { SIGKILL } else { SIGTERM };
        let doing = "stopping the instance";
        let mut state = self.world.reach(doing)?;
        if state.stubborn.contains(id) {
            return Err(DriverError::Away { doing, reason: "it was killed and is still there".into() });
        }
        state.end(id, Ending::Signal(signal));
        drop(state);
        self.world.hint(id);
        Ok(())
    }

    async fn remove(&self, id: &ProjectId) -> Result<(), DriverError> {
        {
            let mut state = self.world.reach("removing the instance")?;
            state.end(id, Ending::Signal(SIGKILL));
            state.instances.remove(id);
            if let Some(log) = state.logs.get(id) {
                log.clear();
            }
        }
        self.world.hint(id);
        Ok(())
    }

    async fn inspect(&self, id: &ProjectId) -> Result<Option<InstanceSeen>, DriverError> {
        let state = self.world.reach("looking at the instance")?;
        Ok(state.instances.get(id).map(|instance| instance.seen.clone()))
    }

    async fn list(&self) -> Result<Vec<(ProjectId, InstanceSeen)>, DriverError> {
        let state = self.world.reach("listing instances")?;
        Ok(state.instances.iter().map(|(id, instance)| (id.clone(), instance.seen.clone())).collect())
    }

    async fn stats(&self, id: &ProjectId) -> Result<Option<InstanceStats>, DriverError> {
        let seen = self.inspect(id).await?.filter(InstanceSeen::is_running);
        Ok(seen.map(|seen| InstanceStats {
            memory: seen.memory.unwrap_or_default(),
            cpu: (OffsetDateTime::now_utc() - seen.started_at).unsigned_abs() / 100,
            tasks: 1,
        }))
    }

    async fn logs(
        &self,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        Ok(self.world.reach("reading the log")?.log(id).read(query))
    }

    fn changes(&self) -> BoxStream<'static, ProjectId> {
        BroadcastStream::new(self.world.hints.subscribe()).filter_map(async |hint| hint.ok()).boxed()
    }
}
