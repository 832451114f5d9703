//! A driver over containers of its own on the engine of the tests, instances that do what they are told, and nothing left
//! behind.

pub mod registry;

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, RemoveContainerOptionsBuilder,
};
use bollard::{API_DEFAULT_VERSION, Docker};
use control_plane::ports::driver::{
    AddressRequest, Driver, Follow, InstanceSpec, LogQuery, MediaVolume, Release, SchemaFiles,
};
use control_plane::testing::conformance::driver::DriverFixture;
pub use control_plane::testing::instance::tell;
use control_plane::testing::instance::{example, free_address, until};
use driver_docker::{DockerDriver, DockerSettings, PULL_STALL};
use futures::TryStreamExt as _;
use model::{InstanceKey, InstanceSeen};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use registry::{Access, ImageRegistry};

const IMAGE: &str = "atomo-test-instance:1";

/// One control plane's worth of containers. Dropping it removes them all.
pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub engine: Docker,
    pub driver: Arc<DockerDriver>,
    pub name: String,
    registry: OnceLock<ImageRegistry>,
}

impl Fixture {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::Builder::new().prefix("dk").tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        for name in ["schema", "media"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("schema/schema.ts"), "export default {}\n").unwrap();
        let name = format!("t{}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let driver = Arc::new(DockerDriver::new(settings(&name, folder.path(), &socket())));
        let engine =
            Docker::connect_with_unix(&socket().display().to_string(), 60, API_DEFAULT_VERSION).unwrap();
        image();
        Self { folder, engine, driver, name, registry: OnceLock::new() }
    }

    /// A driver that asks another engine for the same containers.
    pub fn driver_at(&self, socket: &Path) -> DockerDriver {
        DockerDriver::new(settings(&self.name, self.folder.path(), socket))
    }

    /// A driver that gives a pull up which stands still for so long.
    pub fn impatient(&self, pull_stall: Duration) -> DockerDriver {
        DockerDriver::new(DockerSettings {
            pull_stall,
            ..settings(&self.name, self.folder.path(), &socket())
        })
    }

    /// The name of a project's container.
    pub fn container(&self, id: &InstanceKey) -> String {
        format!("{}-{id}", self.name)
    }
}

fn settings(name: &str, folder: &Path, socket: &Path) -> DockerSettings {
    DockerSettings {
        socket: socket.to_owned(),
        fleet: name.to_owned(),
        prefix: name.to_owned(),
        run_dir: folder.join("run"),
        subnets: "10.213.0.0/16".parse().unwrap(),
        pull_stall: PULL_STALL,
    }
}

/// The engine's socket.
fn socket() -> PathBuf {
    let named = std::env::var_os("ATOMO_FLEET_TEST_DOCKER");
    named.expect("these tests need an engine: scripts/with-docker cargo nextest run ...").into()
}

impl Drop for Fixture {
    /// Removes every container and network of this fixture, also when the test has failed.
    fn drop(&mut self) {
        let (engine, name) = (self.engine.clone(), self.name.clone());
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(remove_all(&engine, &name));
        });
        let _ = removing.join();
    }
}

async fn remove_all(engine: &Docker, name: &str) {
    let filters = std::collections::HashMap::from([("name", vec![format!("^/?{name}-")])]);
    let containers = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    let force = RemoveContainerOptionsBuilder::default().force(true).build();
    for container in engine.list_containers(Some(containers)).await.unwrap_or_default() {
        let _ = engine.remove_container(&container.id.unwrap_or_default(), Some(force.clone())).await;
    }
    let networks = ListNetworksOptionsBuilder::default().filters(&filters).build();
    for network in engine.list_networks(Some(networks)).await.unwrap_or_default() {
        let _ = engine.remove_network(&network.id.unwrap_or_default()).await;
    }
}

/// The command line of the engine of the tests.
fn docker(arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.env("DOCKER_HOST", format!("unix://{}", socket().display())).args(arguments);
    command
}

/// Makes the image of the test's instance, out of the program and the libraries that it is linked to.
fn image() {
    let known =
        docker(&["image", "inspect", IMAGE]).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    if known.success() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let program = example("docker-instance");
    std::fs::copy(&program, root.path().join("instance")).unwrap();
    let libraries = Command::new("ldd").arg(&program).output().unwrap();
    for word in
        String::from_utf8_lossy(&libraries.stdout).split_whitespace().filter(|word| word.starts_with('/'))
    {
        let copied = Command::new("cp").args(["--parents", "-L", word]).arg(root.path()).status().unwrap();
        assert!(copied.success(), "{word}");
    }
    let mut tar = Command::new("tar")
        .arg("-C")
        .arg(root.path())
        .args(["-c", "."])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let imported = docker(&["import", "--change", "ENTRYPOINT [\"/instance\"]", "-", IMAGE])
        .stdin(tar.stdout.take().unwrap())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(tar.wait().unwrap().success());
    assert!(imported.success());
}

#[async_trait]
impl DriverFixture for Fixture {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::clone(&self.driver) as Arc<dyn Driver>
    }

    fn restarted(&self) -> Arc<dyn Driver> {
        Arc::new(self.driver_at(&socket()))
    }

    fn spec(&self, key: &InstanceKey) -> InstanceSpec {
        InstanceSpec {
            key: key.clone(),
            digest: "first".into(),
            release: Release::Image(IMAGE.into()),
            limits: model::Limits::default().instance,
            address: AddressRequest::Given(free_address(10_000)),
            env: vec![],
            schema: SchemaFiles::Folder(self.folder.path().join("schema")),
            media: MediaVolume::Folder(self.folder.path().join("media")),
            database_socket: None,
            redact: vec![],
        }
    }

    fn missing_release(&self) -> Release {
        let registry = self.registry.get_or_init(|| ImageRegistry::start(Access::Anybody));
        Release::Image(format!("{}/atomo-test-missing:1", registry.host))
    }

    async fn take(&self, address: SocketAddr) -> Box<dyn Any + Send> {
        Box::new(until(&format!("{address} is free"), || TcpListener::bind(address).ok()))
    }

    async fn kill(&self, _: &InstanceKey, seen: &InstanceSeen) {
        kill(Pid::from_raw(seen.pid.unwrap().cast_signed()), Signal::SIGKILL).unwrap();
    }

    async fn exit(&self, _: &InstanceKey, seen: &InstanceSeen, code: i32) {
        assert_eq!(tell(seen, &format!("exit {code}")), "bye");
    }

    async fn print(&self, _: &InstanceKey, seen: &InstanceSeen, text: &str) {
        assert_eq!(tell(seen, &format!("print {text}")), "printed");
    }
}

pub fn id(text: &str) -> InstanceKey {
    text.to_owned().try_into().unwrap()
}

/// The log of a project, as a control plane reads it that has just started.
async fn read(fixture: &Fixture, id: &InstanceKey) -> Vec<String> {
    let log = fixture.restarted().logs(id, LogQuery { tail: 100, follow: Follow::No }).await.unwrap();
    log.map_ok(|line| line.text).try_collect().await.unwrap()
}

/// Reads the log until it has the line: the engine takes in what a container prints after the container has printed it.
pub async fn read_until(fixture: &Fixture, id: &InstanceKey, line: &str) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let lines = read(fixture, id).await;
        if lines.iter().any(|read| read == line) {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "no line {line:?} in {lines:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
