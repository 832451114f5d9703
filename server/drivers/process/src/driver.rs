//! The driver itself: the verbs of the port over run folders.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use control_plane::keyed_lock::KeyedLock;
use control_plane::ports::driver::{
    AddressSource, Artifact, Driver, DriverError, DriverInfo, DriverTraits, FileDelivery, InstanceSpec,
    LimitChange, LogQuery, RefusedLimits, RegistryCredential, Release,
};
use futures::stream::BoxStream;
use keeper::record::Record;
use model::{InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::blocking::blocking;
use crate::fault::away;
use crate::folder::RunFolder;
use crate::groups::Groups;
use crate::held::{Held, NO_GROUPS};
use crate::state::State;
use crate::{changes, check, logs, start, stop};

/// What an instance that is replaced is given to finish.
const REPLACE_GRACE: Duration = Duration::from_secs(10);
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// Where the driver finds its parts.
#[derive(Debug, Clone)]
pub struct ProcessSettings {
    /// Holds a folder for each instance. It and its parents are made when absent.
    pub run_dir: PathBuf,
    /// The program `atomo-keeper`.
    pub keeper: PathBuf,
}

/// Runs instances as processes of this machine, each with a keeper.
#[derive(Debug)]
pub struct ProcessDriver {
    run_dir: PathBuf,
    keeper: PathBuf,
    locks: KeyedLock<InstanceKey>,
    refused: RefusedLimits,
    groups: Arc<OnceLock<Result<Groups, String>>>,
}

impl ProcessDriver {
    /// Touches nothing yet: [`Driver::probe`] tells whether it works.
    pub fn new(settings: ProcessSettings) -> Self {
        let ProcessSettings { run_dir, keeper } = settings;
        let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        Self {
            run_dir: whole(run_dir),
            keeper: whole(keeper),
            locks: KeyedLock::default(),
            refused: RefusedLimits::default(),
            groups: Arc::default(),
        }
    }

    fn folder(&self, key: &InstanceKey) -> RunFolder {
        RunFolder::new(&self.run_dir, key)
    }

    /// The control groups of this machine, looked for once; the error says why there are none.
    async fn groups(&self) -> Result<Result<Groups, String>, DriverError> {
        let (known, run_dir) = (Arc::clone(&self.groups), self.run_dir.clone());
        let name = format!("atomo{}", run_dir.display().to_string().replace('/', "-"));
        let find = move || Groups::find(&name).map_err(|fault| fault.to_string());
        blocking("looking for control groups", move || Ok(known.get_or_init(find).clone())).await
    }

    async fn look(&self, key: &InstanceKey) -> Result<State, DriverError> {
        let folder = self.folder(key);
        blocking("looking at the instance", move || State::look(&folder)).await
    }

    /// Ends what runs, if anything does; its groups go with it.
    async fn end(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        if let Some(record) = self.look(key).await?.running() {
            stop::stop(&self.folder(key), record, grace).await?;
        }
        let folder = self.folder(key);
        blocking("removing the control groups", move || {
            if let Some(held) = Held::read(folder.path()) {
                held.remove_groups();
            }
            Ok(())
        })
        .await
    }

    /// The instance that was just started or found.
    async fn running(&self, key: &InstanceKey) -> Result<InstanceSeen, DriverError> {
        let none = || away("looking at the instance that was just started")("its record is gone");
        self.inspect(key).await?.ok_or_else(none)
    }

    async fn keeper_version(&self) -> Result<String, DriverError> {
        let doing = "starting atomo-keeper";
        let run = Command::new(&self.keeper)
            .arg("--version")
            .env_clear()
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = timeout(PROBE_PATIENCE, run).await.map_err(|_| away(doing)("it does not answer"))?;
        let output = output.map_err(|fault| away(doing)(format!("{}: {fault}", self.keeper.display())))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// Whether an instance runs that nothing has to be done for.
async fn is_wanted(record: &Record, spec: &InstanceSpec) -> bool {
    // One that has died and whose keeper is about to say so is none.
    record.digest == spec.digest && (record.instance.is_alive() || !stop::settled(record).await)
}

/// What a process is not kept from.
const SHARED: &str =
    "Instances run as the user of the control plane and share the machine's network and files.";

fn unlimited(reason: &str) -> String {
    format!("Limits are not enforced: no control group can be made ({reason}).")
}

#[async_trait]
impl Driver for ProcessDriver {
    fn kind(&self) -> &'static str {
        "process"
    }

    fn traits(&self) -> DriverTraits {
        DriverTraits {
            artifact: Artifact::Program,
            address: AddressSource::Given,
            files: FileDelivery::Folders,
        }
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        let run_dir = self.run_dir.clone();
        blocking("looking at the run folder", move || check::writable(&run_dir)).await?;
        let unlimited = self.groups().await?.err().map(|reason| unlimited(&reason));
        Ok(DriverInfo {
            name: format!("process ({})", self.keeper_version().await?),
            missing: unlimited.into_iter().chain([SHARED.to_owned()]).collect(),
        })
    }

    async fn fetch(
        &self,
        release: &Release,
        _: Option<&RegistryCredential>,
        _: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        let program = start::program(release)?.to_owned();
        blocking("looking at the program", move || start::check_program(&program)).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        let state = self.look(&spec.key).await?;
        let spec = spec.clone();
        blocking("checking the spec", move || check::spec(&spec, state.running())).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let key = &spec.key;
        let _lock = self.locks.lock(key).await;
        let state = self.look(key).await?;
        if let State::Kept(record) = &state
            && is_wanted(record, spec).await
        {
            return self.running(key).await;
        }
        let (checked, running) = (spec.clone(), state.running().cloned());
        blocking("checking the spec", move || check::spec(&checked, running.as_ref())).await?;
        if let Some(record) = state.running() {
            stop::stop(&self.folder(key), record, REPLACE_GRACE).await?;
            check::address(check::fits(spec)?).await?;
        }
        let groups = self.groups().await?.ok();
        start::start(&self.keeper, &self.folder(key), groups.as_ref(), spec).await?;
        self.running(key).await
    }

    async fn preview(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<LimitChange, DriverError> {
        let folder = self.folder(key);
        let read = move || {
            let state = State::look(&folder)?;
            let seen = state.seen().map(|seen| with_limits(seen, &folder));
            Ok((seen, state.figures().memory, Held::read(folder.path())))
        };
        let (seen, memory, held) = blocking("reading the limits", read).await?;
        let change = self.refused.preview(key, seen.as_ref(), memory, limits);
        Ok(match held {
            Some(held) if change == LimitChange::InPlace && !held.can_change() => {
                LimitChange::Replace { reason: NO_GROUPS.to_owned() }
            }
            _ => change,
        })
    }

    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        let Some(seen) = self.inspect(key).await?.filter(InstanceSeen::is_running) else { return Ok(()) };
        let (folder, changed) = (self.folder(key), *limits);
        let limited = blocking("changing the limits", move || match Held::read(folder.path()) {
            Some(held) => held.change(folder.path(), &changed),
            None => Err(DriverError::NotLive { reason: "nobody knows what it is held to".to_owned() }),
        })
        .await;
        if let Err(DriverError::NotLive { reason }) = &limited {
            self.refused.note(key, &seen, limits, reason);
        }
        limited
    }

    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        self.end(key, grace).await
    }

    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        self.end(key, Duration::ZERO).await?;
        self.refused.forget(key);
        let folder = self.folder(key);
        blocking("removing the run folder", move || folder.remove()).await
    }

    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        let folder = self.folder(key);
        blocking("looking at the instance", move || seen(&folder)).await
    }

    async fn configuration_drift(&self, _key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        Ok(Vec::new()) // a keeper owns its instance: nobody else can change its environment
    }

    async fn figures(&self, key: &InstanceKey, _seen: &InstanceSeen) -> InstanceFigures {
        let folder = self.folder(key);
        let figures = blocking("measuring the instance", move || Ok(State::look(&folder)?.figures()));
        figures.await.unwrap_or_default()
    }

    async fn list(&self) -> Result<Vec<(InstanceKey, InstanceSeen)>, DriverError> {
        let root = self.run_dir.clone();
        let doing = "listing the run folders";
        blocking(doing, move || {
            let folders = RunFolder::all(&root).map_err(away(doing))?;
            let seen = folders.into_iter().map(|(key, folder)| Ok(seen(&folder)?.map(|seen| (key, seen))));
            seen.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn logs(
        &self,
        key: &InstanceKey,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        logs::read(self.folder(key), query).await
    }

    /// Watches from the call on, not from the first poll.
    fn changes(&self) -> BoxStream<'static, InstanceKey> {
        changes::changes(&self.run_dir)
    }
}

/// What the port says of it.
fn seen(folder: &RunFolder) -> Result<Option<InstanceSeen>, DriverError> {
    Ok(State::look(folder)?.seen().map(|seen| with_limits(seen, folder)))
}

/// A running instance is held to something; one that has ended to nothing.
fn with_limits(seen: InstanceSeen, folder: &RunFolder) -> InstanceSeen {
    let held = if seen.is_running() { Held::read(folder.path()) } else { None };
    InstanceSeen { limits: held.map(|held| held.limits), ..seen }
}
