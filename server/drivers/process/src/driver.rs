//! The driver itself: the verbs of the port over run folders.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::driver::{
    Driver, DriverError, DriverInfo, InstanceSpec, InstanceStats, LogQuery, RegistryCredential,
    ServerArtifact, Turns,
};
use futures::stream::BoxStream;
use keeper::record::Record;
use model::{InstanceLimits, InstanceSeen, LogLine, ProjectId};
use nix::unistd::{AccessFlags, access};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::blocking::blocking;
use crate::fault::{away, storage};
use crate::folder::{self, RunFolder};
use crate::groups::Groups;
use crate::held::Held;
use crate::state::State;
use crate::usage::Usage;
use crate::{changes, logs, start, stop};

/// What an instance that is replaced is given to finish.
const REPLACE_GRACE: Duration = Duration::from_secs(10);
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// Where the driver finds its parts.
#[derive(Debug, Clone)]
pub struct ProcessSettings {
    /// Holds a folder for each project. It and its parents are made when absent.
    pub run_dir: PathBuf,
    /// The program `atomo-keeper`.
    pub keeper: PathBuf,
}

/// Runs instances as processes of this machine, each with a keeper.
#[derive(Debug)]
pub struct ProcessDriver {
    run_dir: PathBuf,
    keeper: PathBuf,
    turns: Turns,
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
            turns: Turns::default(),
            groups: Arc::default(),
        }
    }

    fn folder(&self, id: &ProjectId) -> RunFolder {
        RunFolder::new(&self.run_dir, id)
    }

    /// The control groups of this machine, looked for once; the error says why there are none.
    async fn groups(&self) -> Result<Result<Groups, String>, DriverError> {
        let (known, run_dir) = (Arc::clone(&self.groups), self.run_dir.clone());
        let name = format!("atomo{}", run_dir.display().to_string().replace('/', "-"));
        let find = move || Groups::find(&name).map_err(|fault| fault.to_string());
        blocking("looking for control groups", move || Ok(known.get_or_init(find).clone())).await
    }

    async fn look(&self, id: &ProjectId) -> Result<State, DriverError> {
        let folder = self.folder(id);
        blocking("looking at the instance", move || State::look(&folder)).await
    }

    /// Ends what runs, if anything does; its groups go with it.
    async fn end(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError> {
        if let Some(record) = self.look(id).await?.running() {
            stop::stop(record, grace).await?;
        }
        let folder = self.folder(id);
        blocking("removing the control groups", move || {
            if let Some(held) = Held::read(folder.path()) {
                held.remove_groups();
            }
            Ok(())
        })
        .await
    }

    /// The instance that was just started or found.
    async fn running(&self, id: &ProjectId) -> Result<InstanceSeen, DriverError> {
        let none = || away("looking at the instance that was just started")("its record is gone");
        self.inspect(id).await?.ok_or_else(none)
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

/// Refuses, before anything is stopped, what could not be started afterwards. The old instance's own address becomes
/// free by stopping it.
fn check(spec: &InstanceSpec, current: Option<&Record>) -> Result<(), DriverError> {
    start::check_program(start::program(&spec.server)?)?;
    if current.is_some_and(|record| record.address == spec.address.to_string()) {
        return Ok(());
    }
    free(spec.address)
}

fn free(address: SocketAddr) -> Result<(), DriverError> {
    listeners::check(address).map_err(|taken| DriverError::AddressTaken { address, by: taken.by })
}

async fn check_address(address: SocketAddr) -> Result<(), DriverError> {
    blocking("looking at the address", move || free(address)).await
}

fn check_writable(path: &Path) -> Result<(), DriverError> {
    folder::create(path)?;
    access(path, AccessFlags::W_OK | AccessFlags::X_OK).map_err(|errno| storage(path)(errno.into()))
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

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        let run_dir = self.run_dir.clone();
        blocking("looking at the run folder", move || check_writable(&run_dir)).await?;
        let unlimited = self.groups().await?.err().map(|reason| unlimited(&reason));
        Ok(DriverInfo {
            name: format!("process ({})", self.keeper_version().await?),
            missing: unlimited.into_iter().chain([SHARED.to_owned()]).collect(),
        })
    }

    async fn fetch(
        &self,
        server: &ServerArtifact,
        _: Option<&RegistryCredential>,
        _: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        let program = start::program(server)?.to_owned();
        blocking("looking at the program", move || start::check_program(&program)).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        let state = self.look(&spec.project_id).await?;
        let spec = spec.clone();
        blocking("checking the spec", move || check(&spec, state.running())).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let id = &spec.project_id;
        let _turn = self.turns.take(id).await;
        let state = self.look(id).await?;
        if let State::Kept(record) = &state
            && is_wanted(record, spec).await
        {
            return self.running(id).await;
        }
        let (checked, running) = (spec.clone(), state.running().cloned());
        blocking("checking the spec", move || check(&checked, running.as_ref())).await?;
        if let Some(record) = state.running() {
            stop::stop(record, REPLACE_GRACE).await?;
            check_address(spec.address).await?;
        }
        let groups = self.groups().await?.ok();
        start::start(&self.keeper, &self.folder(id), groups.as_ref(), spec).await?;
        self.running(id).await
    }

    async fn limit(&self, id: &ProjectId, limits: &InstanceLimits) -> Result<(), DriverError> {
        let _turn = self.turns.take(id).await;
        if self.look(id).await?.running().is_none() {
            return Ok(());
        }
        let (folder, limits) = (self.folder(id), *limits);
        blocking("changing the limits", move || match Held::read(folder.path()) {
            Some(held) => held.change(folder.path(), &limits),
            None => Err(DriverError::NotLive { reason: "nobody knows what it is held to".to_owned() }),
        })
        .await
    }

    async fn ensure_stopped(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError> {
        let _turn = self.turns.take(id).await;
        self.end(id, grace).await
    }

    async fn remove(&self, id: &ProjectId) -> Result<(), DriverError> {
        let _turn = self.turns.take(id).await;
        self.end(id, Duration::ZERO).await?;
        let folder = self.folder(id);
        blocking("removing the run folder", move || folder.remove()).await
    }

    async fn inspect(&self, id: &ProjectId) -> Result<Option<InstanceSeen>, DriverError> {
        let folder = self.folder(id);
        blocking("looking at the instance", move || seen(&folder)).await
    }

    async fn list(&self) -> Result<Vec<(ProjectId, InstanceSeen)>, DriverError> {
        let root = self.run_dir.clone();
        let doing = "listing the run folders";
        blocking(doing, move || {
            let folders = RunFolder::all(&root).map_err(away(doing))?;
            let seen = folders.into_iter().map(|(id, folder)| Ok(seen(&folder)?.map(|seen| (id, seen))));
            seen.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn stats(&self, id: &ProjectId) -> Result<Option<InstanceStats>, DriverError> {
        let folder = self.folder(id);
        blocking("measuring the instance", move || {
            Ok(match State::look(&folder)? {
                State::Kept(record) | State::Unkept(record) => Usage::of(record.instance).map(Into::into),
                State::Absent | State::Ended(..) => None,
            })
        })
        .await
    }

    async fn logs(
        &self,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        logs::read(self.folder(id), query).await
    }

    /// Watches from the call on, not from the first poll.
    fn changes(&self) -> BoxStream<'static, ProjectId> {
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
