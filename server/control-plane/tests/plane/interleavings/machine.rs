//! A driver that starts what it is told to start, also beside an instance that still runs: the engine has to stop one before
//! it starts the next, and this driver notes where it does not. Its instances end in their own time, and crash.

mod driver;
mod processes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use control_plane::ports::driver::DriverError;
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::{MemoryPostgres, MemorySession};
use model::{InstanceKey, InstanceSeen, ProjectId};
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use processes::Ending;

use crate::support::fuse::Fuse;
use crate::support::ports::PortBlock;

/// An instance with this variable in its environment ends at its start.
pub const REFUSED: &str = "REFUSED";

/// The driver. Clones share their instances.
#[derive(Clone)]
pub struct Machine(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    pub(super) hints: broadcast::Sender<InstanceKey>,
    /// Instances outlive every control plane: they are tasks of this runtime.
    runtime: Handle,
    gateway: MemoryGateway,
    postgres: MemoryPostgres,
    fuse: Fuse,
    ports: Arc<PortBlock>,
}

#[derive(Default)]
struct State {
    processes: BTreeMap<InstanceKey, Vec<Process>>,
    /// Sockets of processes that ended are closed when these are over.
    closing: BTreeMap<InstanceKey, Vec<JoinHandle<()>>>,
    last: u32,
    acts: Vec<Act>,
    /// How many calls for a project fail from now on.
    failing: BTreeMap<ProjectId, u32>,
    violations: Vec<String>,
}

/// A process of an instance, running or ended.
struct Process {
    seen: InstanceSeen,
    env: BTreeMap<String, String>,
    session: Option<MemorySession>,
    task: Option<JoinHandle<()>>,
    /// It was asked to end and runs on for a moment.
    is_ending: bool,
}

/// What the engine did to an instance.
#[derive(Debug, Clone)]
pub struct Act {
    pub at: OffsetDateTime,
    pub project: ProjectId,
    pub starts: bool,
}

/// An instance that runs.
#[derive(Debug, Clone)]
pub struct Alive {
    pub address: String,
    pub env: BTreeMap<String, String>,
    pub is_ending: bool,
}

impl Machine {
    pub fn new(gateway: &MemoryGateway, postgres: &MemoryPostgres, fuse: &Fuse, ports: PortBlock) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::default(),
            changed: watch::Sender::new(0),
            hints: broadcast::Sender::new(4096),
            runtime: Handle::current(),
            gateway: gateway.clone(),
            postgres: postgres.clone(),
            fuse: fuse.clone(),
            ports: Arc::new(ports),
        }))
    }

    pub fn ports(&self) -> (u16, u16) {
        self.0.ports.range
    }

    pub fn fuse(&self) -> &Fuse {
        &self.0.fuse
    }

    pub fn hints(&self) -> broadcast::Receiver<InstanceKey> {
        self.0.hints.subscribe()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was done so far.
    pub fn acts(&self) -> Vec<Act> {
        self.state().acts.clone()
    }

    /// Where the engine broke its promises.
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// So many calls for the project fail from now on, as if the driver were away.
    pub fn fail(&self, project: &ProjectId, calls: u32) {
        self.state().failing.insert(project.clone(), calls);
    }

    /// The instances of the project that run.
    pub fn alive(&self, project: &ProjectId) -> Vec<Alive> {
        let state = self.state();
        let all = state.processes.get(&InstanceKey::main(project.clone())).into_iter().flatten();
        let running = all.filter(|process| process.seen.is_running());
        let alive = |process: &Process| Alive {
            address: process.seen.address.clone(),
            env: process.env.clone(),
            is_ending: process.is_ending,
        };
        running.map(alive).collect()
    }

    /// The instance dies by itself.
    pub fn crash(&self, project: &ProjectId) {
        let key = InstanceKey::main(project.clone());
        for pid in self.running(&key) {
            self.end(&key, pid, Ending::Code(101));
        }
    }

    fn running(&self, key: &InstanceKey) -> Vec<u32> {
        let state = self.state();
        let all = state.processes.get(key).into_iter().flatten();
        all.filter_map(|process| process.seen.pid).collect()
    }

    /// Passes the fuse, after a moment that differs from call to call; fails where a test wants that.
    pub(super) async fn pass(&self, project: &ProjectId, doing: &'static str) -> Result<(), DriverError> {
        match rand::random_range(0..6_u64) {
            0 | 1 => tokio::task::yield_now().await,
            2 => tokio::time::sleep(Duration::from_millis(rand::random_range(0..4))).await,
            _ => {}
        }
        self.0.fuse.pass().await;
        let mut state = self.state();
        match state.failing.get_mut(project).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                Err(DriverError::Away { doing, reason: "a test wants it".into() })
            }
            None => Ok(()),
        }
    }

    pub(super) fn note(&self, project: &ProjectId, starts: bool) {
        let act = Act { at: OffsetDateTime::now_utc(), project: project.clone(), starts };
        self.state().acts.push(act);
    }

    /// The process that was started last, running or ended.
    pub(super) fn latest(&self, key: &InstanceKey) -> Option<InstanceSeen> {
        self.state().processes.get(key)?.last().map(|process| process.seen.clone())
    }

    pub(super) fn all(&self) -> Vec<(InstanceKey, InstanceSeen)> {
        let state = self.state();
        let last = |(key, all): (&InstanceKey, &Vec<Process>)| Some((key.clone(), all.last()?.seen.clone()));
        state.processes.iter().filter_map(last).collect()
    }

    pub(super) fn limit(&self, key: &InstanceKey, limits: model::InstanceLimits) {
        if let Some(process) = self.state().processes.get_mut(key).and_then(|all| all.last_mut()) {
            process.seen.limits = Some(limits);
        }
    }

    pub(super) fn forget(&self, key: &InstanceKey) {
        self.state().processes.remove(key);
        self.hint(key);
    }

    fn hint(&self, key: &InstanceKey) {
        self.0.changed.send_modify(|count| *count += 1);
        let _ = self.0.hints.send(key.clone());
    }
}
