//! Instances that really listen: the in-memory driver keeps the books, and where it says that one runs, a small HTTP
//! server answers as `atomo-server` does. It reads its schema, and opens its database, and ends where either fails.

mod driver;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use control_plane::keyed_lock::KeyedLock;
use control_plane::ports::driver::{
    AddressSource, Driver, DriverError, DriverTraits, InstanceSpec, SchemaFiles,
};
use control_plane::testing::driver::assigned::AssignedDriver;
use control_plane::testing::driver::{FakeDriver, NamesInstance};
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::{MemoryPostgres, MemorySession};
use model::{DatabaseName, InstanceKey, InstanceSeen, ProjectId};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::fuse::Fuse;
use super::ports::PortBlock;
use super::server::{Slow, Socket, serve};

/// A schema with this word in it is refused.
pub const REFUSED: &str = "no such type";

/// The driver. Clones share their instances.
#[derive(Clone)]
pub struct Instances {
    pub books: FakeDriver,
    /// The back end that assigns addresses, over the same books.
    pub assigned: AssignedDriver,
    /// What it is like: where addresses are assigned, `assigned` runs the instances.
    pub traits: DriverTraits,
    gateway: MemoryGateway,
    databases: Arc<std::sync::Mutex<Vec<MemoryPostgres>>>,
    fuse: Fuse,
    running: Arc<Mutex<BTreeMap<InstanceKey, Process>>>,
    /// An instance starts and stops once at a time, and to the end, also when whoever asked went away meanwhile.
    locks: Arc<KeyedLock<InstanceKey>>,
    slow: Slow,
    refused: Arc<std::sync::Mutex<BTreeSet<String>>>,
    /// What somebody changed of an instance, past the driver.
    by_hand: Arc<std::sync::Mutex<BTreeMap<ProjectId, Vec<String>>>>,
    ports: Arc<PortBlock>,
}

struct Process {
    address: SocketAddr,
    env: BTreeMap<String, String>,
    session: MemorySession,
    task: JoinHandle<()>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How long every instance takes to end, where whoever runs the suites wants to see that.
fn drain_of_all() -> Option<Duration> {
    let text = std::env::var("ATOMO_FLEET_TEST_DRAIN_MS").ok()?;
    Some(Duration::from_millis(text.parse().expect("ATOMO_FLEET_TEST_DRAIN_MS is a number")))
}

impl Instances {
    pub fn new(
        gateway: &MemoryGateway,
        databases: &MemoryPostgres,
        fuse: &Fuse,
        ports: &Arc<PortBlock>,
    ) -> Self {
        let books = FakeDriver::new();
        if let Some(drain) = drain_of_all() {
            books.set_drain(drain);
        }
        Self {
            assigned: AssignedDriver::over(&books),
            books,
            traits: FakeDriver::TRAITS,
            gateway: gateway.clone(),
            databases: Arc::new(std::sync::Mutex::new(vec![databases.clone()])),
            fuse: fuse.clone(),
            running: Arc::default(),
            locks: Arc::default(),
            slow: Slow::default(),
            refused: Arc::default(),
            by_hand: Arc::default(),
            ports: Arc::clone(ports),
        }
    }

    /// From now on instances also reach the databases of this server.
    pub fn add_server(&self, server: &MemoryPostgres) {
        self.databases.lock().unwrap_or_else(PoisonError::into_inner).push(server.clone());
    }

    fn log_in(&self, url: &SecretString) -> Result<MemorySession, String> {
        let servers = self.databases.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let named = servers.into_iter().find(|server| server.is_named_by(url));
        let server = named.ok_or("no such host")?;
        let name = url.expose_secret().rsplit('/').next().and_then(|name| name.parse::<DatabaseName>().ok());
        match name.filter(|name| !name.is_main()) {
            Some(copy) => server.log_in_to_copy(&copy),
            None => server.log_in(url),
        }
    }

    /// From now on what is done to instances passes this fuse.
    pub fn set_fuse(&mut self, fuse: &Fuse) {
        self.fuse = fuse.clone();
    }

    /// From now on the project's instance is not ready when it listens.
    pub fn slow_down(&self, id: &ProjectId) {
        self.slow.set(id, true);
    }

    /// From now on an instance with this variable in its environment ends at its start.
    pub fn refuse_env(&self, name: &str) {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// The project's instance is not what the driver started, in these lines; without lines, it is.
    pub fn change_by_hand(&self, id: &ProjectId, lines: &[&str]) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        self.by_hand.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), lines);
    }

    /// The instance goes on running and answers nothing any more.
    pub async fn hang(&self, id: &ProjectId) {
        if let Some(process) = self.running.lock().await.get(&id.key()) {
            self.gateway.listen(process.address, None);
            process.task.abort();
        }
    }

    /// Now it is.
    pub fn speed_up(&self, id: &ProjectId) {
        self.slow.set(id, false);
    }

    /// The projects whose instance listens.
    pub async fn listening(&self) -> Vec<ProjectId> {
        self.running.lock().await.keys().map(|key| key.project.clone()).collect()
    }

    /// What an instance was started with.
    pub async fn env(&self, id: &ProjectId) -> BTreeMap<String, String> {
        self.running.lock().await.get(&id.key()).map(|process| process.env.clone()).unwrap_or_default()
    }

    /// How many rows the instance finds in its database: one for each start of one.
    pub async fn rows(&self, id: &ProjectId) -> usize {
        self.running.lock().await.get(&id.key()).map_or(0, |process| process.session.read().unwrap().len())
    }

    /// The instance dies by itself.
    pub async fn crash(&self, id: &ProjectId) {
        self.end(&id.key()).await;
        self.books.exit(id, 101);
    }

    /// The kernel ends the instance at its limit of memory.
    pub async fn run_out_of_memory(&self, id: &ProjectId) {
        self.end(&id.key()).await;
        self.books.run_out_of_memory(id);
    }

    async fn end(&self, key: &InstanceKey) {
        let Some(mut process) = self.running.lock().await.remove(key) else { return };
        self.gateway.listen(process.address, None);
        process.task.abort();
        let _ = (&mut process.task).await; // the address is free from here on
    }

    async fn start(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let _lock = self.locks.lock(&spec.key).await;
        let starts = self.books.starts(&spec.key);
        let seen = self.back_end().ensure_running(spec).await?;
        if self.books.starts(&spec.key) > starts {
            self.end(&spec.key).await;
            if let Err(reason) = self.begin(spec, &seen).await {
                self.books.print(&spec.key, &reason);
                self.books.exit(&spec.key, 1);
            }
        }
        Ok(seen)
    }

    async fn finish(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        self.books.ensure_stopped(key, grace).await?;
        self.end(key).await;
        Ok(())
    }

    fn back_end(&self) -> &dyn Driver {
        match self.traits.address {
            AddressSource::Given => &self.books,
            AddressSource::Assigned => &self.assigned,
        }
    }

    /// A socket of the back end's, or at the address that was given.
    async fn listen(&self, key: &InstanceKey, address: SocketAddr) -> std::io::Result<TcpListener> {
        match self.assigned.socket(key) {
            Some(socket) => {
                socket.set_nonblocking(true)?;
                TcpListener::from_std(socket)
            }
            None => TcpListener::bind(address).await,
        }
    }

    async fn begin(&self, spec: &InstanceSpec, seen: &InstanceSeen) -> Result<(), String> {
        let exposed = spec.env.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
        let env: BTreeMap<String, String> = exposed.collect();
        let schema = match &spec.schema {
            SchemaFiles::Folder(folder) => tokio::fs::read(folder.join("schema.ts")).await,
            SchemaFiles::Content(bytes) => Ok(bytes.clone()),
        };
        let schema = schema.map_err(|error| error.to_string())?;
        if String::from_utf8_lossy(&schema).contains(REFUSED) {
            return Err(format!("Error: schema.ts:1: {REFUSED}, while using {}", env["DATABASE_URL"]));
        }
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(name) = env.keys().find(|name| refused.contains(*name)) {
            return Err(format!("Error: {name} is not accepted"));
        }
        let session = self.log_in(&env["DATABASE_URL"].clone().into());
        let session = session.map_err(|reason| format!("Error: database: {reason}"))?;
        session.write("a visitor")?;
        let address: SocketAddr = seen.address.parse().map_err(|_| "this is no address")?;
        let listener = self.listen(&spec.key, address).await.map_err(|error| error.to_string())?;
        let task = tokio::spawn(serve(
            Socket::new(listener, &self.ports),
            spec.key.project.clone(),
            self.slow.clone(),
        ));
        self.gateway.listen(address, Some(spec.key.project.as_str()));
        let process = Process { address, env, session, task };
        self.running.lock().await.insert(spec.key.clone(), process);
        Ok(())
    }
}
