//! A Caddy for one test, with the world around it.

pub mod admin;
pub mod client;
pub mod upstream;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::gateway::Gateway;
use control_plane::testing::address::free_address;
use control_plane::testing::conformance::gateway::GatewayFixture;
use control_plane::testing::gateway::{Answer, Ask, Scheme};
use gateway_caddy::child::{CaddyBinary, CaddyChild, ChildSettings};
use gateway_caddy::{AdminAddress, CaddyGateway, CaddySettings, RenderSettings};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A Caddy 2.6 and a newer one, which differ in what matters to us: the named one, those on `PATH`, those that the set-up fetched. Both must be there.
pub async fn every_caddy() -> Vec<CaddyBinary> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let fetched = ["caddy/bin", "caddy-oldest/usr/bin"].map(|folder| tools().join(folder));
    let named = std::env::var_os("ATOMO_FLEET_CADDY_BIN").map(PathBuf::from);
    let places = std::env::split_paths(&path).chain(fetched).map(|folder| folder.join("caddy"));
    let mut found: Vec<CaddyBinary> = Vec::new();
    for place in named.into_iter().chain(places).filter(|place| place.is_file()) {
        let binary = CaddyBinary::at(&place).await.unwrap();
        if found.iter().all(|other| other.version != binary.version) {
            found.push(binary);
        }
    }
    let versions: Vec<&str> = found.iter().map(|binary| binary.version.as_str()).collect();
    let (old, new): (Vec<&str>, Vec<&str>) = versions.iter().partition(|version| version.starts_with("2.6."));
    for (release, there) in [("2.6", old), ("2.7 or newer", new)] {
        assert!(
            !there.is_empty(),
            "these tests need a Caddy {release} too, and found {versions:?}: run scripts/setup --test, or put one on PATH"
        );
    }
    found
}

/// Where the set-up puts programs.
fn tools() -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = || variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    variable("TOOLS_DIR").or_else(|| Some(cache()?.join("atomo-fleet/tools"))).unwrap_or_default()
}

/// One Caddy, not configured, and a gateway over it. Everything ends with it.
pub struct Fixture {
    pub gateway: CaddyGateway,
    pub child: ChildSettings,
    pub admin: AdminAddress,
    pub render: RenderSettings,
    pub foreign: SocketAddr,
    pid: u32,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    _folder: TempDir,
}

impl Fixture {
    pub async fn new(binary: &CaddyBinary) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (http, https) = (free_address(), free_address());
        let child =
            ChildSettings { binary: binary.clone(), folder: folder.path().join("caddy"), http, https };
        let running = CaddyChild::ensure(&child).await.unwrap();
        let admin = running.admin().clone();
        let render = RenderSettings::new(http, https);
        let settings = CaddySettings {
            admin: admin.clone(),
            name: None,
            root_file: Some(child.root_file()),
            certificates: Some(folder.path().join("certificates")),
            render: render.clone(),
        };
        Self {
            gateway: CaddyGateway::new(settings),
            pid: running.pid(),
            foreign: free_address(),
            child,
            admin,
            render,
            tasks: Mutex::default(),
            _folder: folder,
        }
    }

    /// The folder of the operator's certificates, which nobody has made yet.
    pub fn certificates(&self) -> PathBuf {
        self.child.folder.with_file_name("certificates")
    }

    /// A further gateway over the same Caddy, as a second control plane has.
    pub fn second(&self) -> CaddyGateway {
        self.with(self.render.clone())
    }

    /// The same Caddy, driven with other settings.
    pub fn with(&self, render: RenderSettings) -> CaddyGateway {
        let admin = self.admin.clone();
        CaddyGateway::new(CaddySettings { admin, name: None, root_file: None, certificates: None, render })
    }

    pub fn address(&self, scheme: Scheme) -> SocketAddr {
        match scheme {
            Scheme::Http => self.render.http,
            Scheme::Https => self.render.https,
        }
    }

    /// The answer once there is one: certificates and listeners are under way for a moment after a change.
    pub async fn answer(&self, ask: Ask) -> Answer {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match self.ask(ask.clone()).await {
                Ok(answer) => return answer,
                Err(reason) => assert!(Instant::now() < deadline, "{ask:?}: {reason}"),
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.child.folder.join("caddy.log")).unwrap_or_default();
            eprintln!("what Caddy {} said:\n{log}", self.child.binary.version);
        }
        for task in self.tasks.get_mut().unwrap().drain(..) {
            task.abort();
        }
        end(self.pid);
    }
}

#[async_trait]
impl GatewayFixture for Fixture {
    fn gateway(&self) -> &dyn Gateway {
        &self.gateway
    }

    async fn fresh_address(&self) -> SocketAddr {
        free_address()
    }

    async fn listen(&self, address: SocketAddr, name: &str) {
        let task = upstream::start(address, name.to_owned()).await;
        self.tasks.lock().unwrap().push(task);
    }

    async fn ask(&self, ask: Ask) -> Result<Answer, String> {
        client::ask(self, ask).await.map_err(|error| format!("{error:#}"))
    }

    async fn plant_foreign(&self) {
        admin::plant(self).await;
    }

    async fn foreign_is_intact(&self) -> bool {
        admin::is_intact(self).await
    }
}

/// Ends a process that a test started.
pub fn end(pid: u32) {
    let pid = Pid::from_raw(pid.try_into().unwrap());
    if let Err(error) = kill(pid, Signal::SIGKILL) {
        assert_eq!(error, nix::errno::Errno::ESRCH);
    }
}
