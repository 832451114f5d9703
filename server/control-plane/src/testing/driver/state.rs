//! What the fake driver remembers, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use model::{ByteSize, Exit, InstanceKey, InstanceLimits, InstanceSeen, LogStream, OutOfMemory};
use secrecy::{ExposeSecret as _, SecretString};
use time::OffsetDateTime;

use super::log::Log;
use crate::ports::driver::{DriverError, InstanceSpec, RegistryCredential, Release};

pub(super) const SIGTERM: i32 = 15;
pub(super) const SIGKILL: i32 = 9;

/// How an instance ends.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    Code(i32),
    Signal(i32),
    OutOfMemory,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) instances: BTreeMap<InstanceKey, Instance>,
    pub(super) logs: BTreeMap<InstanceKey, Arc<Log>>,
    pub(super) taken: BTreeMap<SocketAddr, String>,
    pub(super) missing: BTreeSet<Release>,
    pub(super) fixed: BTreeSet<InstanceKey>,
    pub(super) stubborn: BTreeSet<InstanceKey>,
    pub(super) drain: Duration,
    pub(super) demanded: Option<RegistryCredential>,
    pub(super) away: Option<String>,
    pub(super) last_pid: u32,
}

pub(super) struct Instance {
    pub(super) seen: InstanceSeen,
    pub(super) redact: Vec<SecretString>,
    pub(super) starts: u32,
}

impl State {
    pub(super) fn log(&mut self, key: &InstanceKey) -> Arc<Log> {
        Arc::clone(self.logs.entry(key.clone()).or_default())
    }

    pub(super) fn end(&mut self, key: &InstanceKey, ending: Ending) {
        let Some(instance) = self.instances.get_mut(key).filter(|instance| instance.seen.is_running()) else {
            return;
        };
        let limit = instance.seen.limits.map(|limits| ByteSize::new(limits.memory.bytes()));
        let (code, signal, out_of_memory) = match ending {
            Ending::Code(code) => (Some(code), None, None),
            Ending::Signal(signal) => (None, Some(signal), None),
            Ending::OutOfMemory => {
                (None, Some(SIGKILL), limit.map(|limit| OutOfMemory { limit, peak: None }))
            }
        };
        instance.seen.exit = Some(Exit { code, signal, out_of_memory, at: OffsetDateTime::now_utc() });
        instance.seen.pid = None;
        let how = code.map_or_else(
            || format!("ended by signal {}", signal.unwrap_or_default()),
            |code| format!("exited with code {code}"),
        );
        self.log(key).add(LogStream::Platform, how);
    }

    pub(super) fn fetch(
        &self,
        release: &Release,
        credential: Option<&RegistryCredential>,
    ) -> Result<(), DriverError> {
        let parts = |it: &RegistryCredential| (it.username.clone(), it.password.expose_secret().to_owned());
        if self.missing.contains(release) {
            return Err(not_there(release));
        }
        if self.demanded.is_some() && self.demanded.as_ref().map(parts) != credential.map(parts) {
            return Err(DriverError::Release {
                release: release.clone(),
                reason: "access denied".to_owned(),
            });
        }
        Ok(())
    }

    /// Refuses what could not be started in place of the present instance.
    pub(super) fn refuse(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        let address = spec.address.given()?;
        spec.schema.folder()?;
        spec.media.folder()?;
        if self.missing.contains(&spec.release) {
            return Err(not_there(&spec.release));
        }
        match self.taken.get(&address) {
            Some(by) => Err(DriverError::AddressTaken { address, by: Some(by.clone()) }),
            None => Ok(()),
        }
    }

    pub(super) fn start(&mut self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        // Nothing of these reaches a process here.
        let InstanceSpec {
            key,
            digest,
            address,
            redact,
            release,
            limits,
            env: _,
            schema: _,
            media: _,
            database_socket: _,
        } = spec;
        let address = address.given()?;
        self.last_pid += 1;
        let seen = InstanceSeen {
            digest: digest.clone(),
            release: release.to_string(),
            limits: Some(*limits),
            address: address.to_string(),
            pid: Some(self.last_pid),
            started_at: OffsetDateTime::now_utc(),
            exit: None,
        };
        let starts = self.instances.get(key).map_or(0, |instance| instance.starts) + 1;
        let instance = Instance { seen: seen.clone(), redact: redact.clone(), starts };
        self.instances.insert(key.clone(), instance);
        self.log(key)
            .add(LogStream::Platform, format!("started, pid {}, to listen on {address}", self.last_pid));
        Ok(seen)
    }

    /// Holds the running instance to other limits; refused where it was made so.
    pub(super) fn limit(&mut self, key: &InstanceKey, limits: InstanceLimits) -> Result<(), DriverError> {
        let running = self.instances.get_mut(key).filter(|instance| instance.seen.is_running());
        match running {
            Some(_) if self.fixed.contains(key) => {
                Err(DriverError::NotLive { reason: "more memory is in use than that".into() })
            }
            Some(instance) => {
                instance.seen.limits = Some(limits);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

pub(super) fn not_there(release: &Release) -> DriverError {
    DriverError::Release { release: release.clone(), reason: "No such file or directory".to_owned() }
}
