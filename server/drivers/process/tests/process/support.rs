//! A driver over a folder of its own, instances that do what they are told, and nothing left behind.
#![expect(clippy::unwrap_used, reason = "a test's own tools fail by panicking")]

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::driver::{AddressRequest, Driver, InstanceSpec, MediaVolume, Release, SchemaFiles};
use control_plane::testing::conformance::driver::DriverFixture;
use control_plane::testing::instance::free_address;
pub use control_plane::testing::instance::{example, tell, until};
use driver_process::{ProcessDriver, ProcessSettings};
use keeper::process::{ProcessKey, Stat, pids};
use keeper::record::Record;
use model::{InstanceKey, InstanceSeen};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// One control plane's worth of processes. Dropping it ends them all.
pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub driver: Arc<ProcessDriver>,
}

impl Fixture {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["schema", "media"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let driver = Arc::new(Self::driver_over(&folder.path().join("run")));
        Self { folder, driver }
    }

    /// Another driver with this run folder.
    pub fn driver_over(run_dir: &Path) -> ProcessDriver {
        ProcessDriver::new(ProcessSettings { run_dir: run_dir.into(), keeper: example("keeper") })
    }

    pub fn run_dir(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// The run folder of an instance.
    pub fn folder_of(&self, id: &InstanceKey) -> PathBuf {
        self.run_dir().join(id.to_string())
    }

    pub fn record(&self, id: &InstanceKey) -> Record {
        Record::read(&self.folder_of(id)).unwrap().unwrap()
    }
}

impl Drop for Fixture {
    /// Ends every keeper of this folder, and with it its instance, also when the test has failed.
    fn drop(&mut self) {
        let Ok(folders) = std::fs::read_dir(self.run_dir()) else { return };
        for folder in folders.flatten() {
            let Ok(Some(record)) = Record::read(&folder.path()) else { continue };
            for process in [record.keeper, record.instance] {
                if process.is_alive() {
                    let _ = kill(pid(process.pid), Signal::SIGKILL);
                }
            }
        }
    }
}

#[async_trait]
impl DriverFixture for Fixture {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::clone(&self.driver) as Arc<dyn Driver>
    }

    fn restarted(&self) -> Arc<dyn Driver> {
        Arc::new(Self::driver_over(&self.run_dir()))
    }

    fn spec(&self, key: &InstanceKey) -> InstanceSpec {
        InstanceSpec {
            key: key.clone(),
            digest: "first".into(),
            release: Release::Program(example("instance")),
            limits: model::Limits::default().instance,
            address: AddressRequest::Given(free_address(26_000)),
            env: vec![],
            schema: SchemaFiles::Folder(self.folder.path().join("schema")),
            media: MediaVolume::Folder(self.folder.path().join("media")),
            database_socket: None,
            redact: vec![],
        }
    }

    fn missing_release(&self) -> Release {
        Release::Program(self.folder.path().join("missing"))
    }

    async fn take(&self, address: SocketAddr) -> Box<dyn Any + Send> {
        Box::new(listen(address))
    }

    async fn kill(&self, _: &InstanceKey, seen: &InstanceSeen) {
        kill(pid(seen.pid.unwrap()), Signal::SIGKILL).unwrap();
    }

    async fn exit(&self, _: &InstanceKey, seen: &InstanceSeen, code: i32) {
        assert_eq!(tell(seen, &format!("exit {code}")), "bye");
    }

    async fn print(&self, _: &InstanceKey, seen: &InstanceSeen, text: &str) {
        assert_eq!(tell(seen, &format!("print {text}")), "printed");
    }
}

/// Listens there. A process that is just being started elsewhere in the tests may hold the last listener for a moment.
pub fn listen(address: SocketAddr) -> TcpListener {
    until(&format!("{address} is free"), || TcpListener::bind(address).ok())
}

pub fn id(text: &str) -> InstanceKey {
    text.to_owned().try_into().unwrap()
}

pub fn pid(pid: u32) -> Pid {
    Pid::from_raw(pid.cast_signed())
}

/// Waits until a process is gone.
pub fn gone(process: ProcessKey) {
    until(&format!("process {} is gone", process.pid), || (!process.is_alive()).then_some(()));
}

/// The living processes of a keeper's session.
pub fn session(keeper: ProcessKey) -> Vec<u32> {
    let is_in =
        |pid: &u32| Stat::read(*pid).is_some_and(|stat| stat.is_alive() && stat.session == keeper.pid);
    pids().into_iter().filter(is_in).collect()
}
