//! Processes of instances: their start, their end.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use control_plane::ports::driver::InstanceSpec;
use control_plane::testing::postgres_host::MemorySession;
use model::{Exit, InstanceKey, InstanceSeen, ProjectId};
use secrecy::ExposeSecret as _;
use time::OffsetDateTime;
use tokio::task::JoinHandle;

use super::super::steps;
use super::{Machine, Process, REFUSED, State};
use crate::support::server::{Slow, Socket, serve};

impl Machine {
    /// Starts a process, whatever else runs. It exists when this returns.
    pub(super) async fn start(&self, spec: &InstanceSpec, address: SocketAddr) -> InstanceSeen {
        let closing = self.state().closing.remove(&spec.key).unwrap_or_default();
        for task in closing {
            let _ = task.await;
        }
        let exposed = spec.env.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
        let env: BTreeMap<String, String> = exposed.collect();
        let (seen, begun) = {
            let mut state = self.state(); // nothing ends it before it has begun
            let seen = state.add(spec, address, env.clone());
            let begun = self.listen(&spec.key.project, address, &env);
            let process = state.processes.get_mut(&spec.key).and_then(|all| all.last_mut());
            let begun = begun.map(|(session, task)| {
                if let Some(process) = process {
                    (process.session, process.task) = (Some(session), Some(task));
                }
            });
            (seen, begun)
        };
        if begun.is_err() {
            self.end(&spec.key, seen.pid.unwrap_or_default(), Ending::Code(1));
        }
        self.hint(&spec.key);
        seen
    }

    /// What the program does at its start; the error is why it ends.
    fn listen(
        &self,
        project: &ProjectId,
        address: SocketAddr,
        env: &BTreeMap<String, String>,
    ) -> Result<(MemorySession, JoinHandle<()>), String> {
        if env.contains_key(REFUSED) {
            return Err(format!("{REFUSED} is not accepted"));
        }
        let session = self.0.postgres.log_in(&env["DATABASE_URL"].clone().into())?;
        let listener = TcpListener::bind(address).map_err(|error| error.to_string())?;
        listener.set_nonblocking(true).map_err(|error| error.to_string())?;
        let _inside = self.0.runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| error.to_string())?;
        let socket = Socket::new(listener, &self.0.ports);
        let task = self.0.runtime.spawn(serve(socket, project.clone(), Slow::default()));
        self.0.gateway.listen(address, Some(project.as_str()));
        Ok((session, task))
    }

    /// Asks every process of the instance to end, and waits until none is left. They end also if the caller goes away.
    pub(super) async fn stop(&self, key: &InstanceKey, longest: Duration) {
        let mut changed = self.0.changed.subscribe();
        for pid in self.ask_to_end(key) {
            let (machine, key) = (self.clone(), key.clone());
            let drain = Duration::from_millis(rand::random_range(0..25)).min(longest);
            self.0.runtime.spawn(async move {
                tokio::time::sleep(drain).await;
                machine.end(&key, pid, Ending::Signal(15));
            });
        }
        while !self.running(key).is_empty() {
            let _ = changed.changed().await;
        }
    }

    fn ask_to_end(&self, key: &InstanceKey) -> Vec<u32> {
        let mut state = self.state();
        let all = state.processes.get_mut(key).into_iter().flatten();
        let asked = all.filter(|process| process.seen.is_running() && !process.is_ending);
        asked
            .filter_map(|process| {
                process.is_ending = true;
                process.seen.pid
            })
            .collect()
    }

    pub(super) fn end(&self, key: &InstanceKey, pid: u32, ending: Ending) {
        {
            let mut state = self.state();
            let state = &mut *state;
            let all = state.processes.get_mut(key).into_iter().flatten();
            let Some(process) = { all }.find(|process| process.seen.pid == Some(pid)) else { return };
            process.seen.pid = None;
            process.seen.exit = Some(ending.exit());
            process.session = None;
            let (task, address) = (process.task.take(), process.seen.address.parse());
            if let Some(task) = task {
                self.0.gateway.listen(address.expect("an address of its own"), None);
                task.abort();
                state.closing.entry(key.clone()).or_default().push(task);
            }
        }
        self.hint(key);
    }
}

impl State {
    fn add(
        &mut self,
        spec: &InstanceSpec,
        address: SocketAddr,
        env: BTreeMap<String, String>,
    ) -> InstanceSeen {
        self.last += 1;
        let seen = InstanceSeen {
            digest: spec.digest.clone(),
            release: spec.release.to_string(),
            limits: Some(spec.limits),
            address: address.to_string(),
            pid: Some(self.last),
            started_at: OffsetDateTime::now_utc(),
            exit: None,
        };
        let all = self.processes.entry(spec.key.clone()).or_default();
        let beside: Vec<u32> = all.iter().filter_map(|process| process.seen.pid).collect();
        all.retain(|process| process.seen.is_running());
        all.push(Process { seen: seen.clone(), env, session: None, task: None, is_ending: false });
        if !beside.is_empty() {
            let (project, operation) = (&spec.key.project, steps::present());
            let violation = format!(
                "{project}: an instance was started on its database beside {beside:?}, by {operation:?}"
            );
            self.violations.push(violation);
        }
        seen
    }
}

/// How a process ends.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    Code(i32),
    Signal(i32),
}

impl Ending {
    fn exit(self) -> Exit {
        let (code, signal) = match self {
            Self::Code(code) => (Some(code), None),
            Self::Signal(signal) => (None, Some(signal)),
        };
        Exit { code, signal, out_of_memory: None, at: OffsetDateTime::now_utc() }
    }
}
