//! Instances that really listen: the in-memory driver keeps the books, and where it says that one runs, a small HTTP
//! server answers as `atomo-server` does. It reads its schema, and opens its database, and ends where either fails.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::driver::{
    Driver, DriverError, DriverInfo, InstanceSpec, InstanceStats, LogQuery, RegistryCredential,
    ServerArtifact,
};
use control_plane::testing::driver::FakeDriver;
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::{MemoryPostgres, MemorySession};
use futures::stream::BoxStream;
use model::{InstanceLimits, InstanceSeen, LogLine, ProjectId};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use super::fuse::Fuse;
use super::ports::PortBlock;

/// A schema with this word in it is refused.
pub const REFUSED: &str = "no such type";

/// The driver. Clones share their instances.
#[derive(Clone)]
pub struct Instances {
    pub books: FakeDriver,
    /// The word in the registry: under `docker` servers are images.
    pub kind: &'static str,
    gateway: MemoryGateway,
    databases: Arc<std::sync::Mutex<Vec<MemoryPostgres>>>,
    fuse: Fuse,
    running: Arc<Mutex<BTreeMap<ProjectId, Process>>>,
    /// Instances start and stop one at a time, and to the end, also when whoever asked went away meanwhile.
    turn: Arc<Mutex<()>>,
    slow: Slow,
    ports: Arc<PortBlock>,
}

/// Projects whose instance is not ready.
#[derive(Clone, Default)]
struct Slow(Arc<std::sync::Mutex<BTreeSet<ProjectId>>>);

impl Slow {
    fn has(&self, id: &ProjectId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
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

/// A socket, and the block that its port is of, which is free no earlier.
struct Socket {
    listener: TcpListener,
    _ports: Arc<PortBlock>,
}

impl Instances {
    pub fn new(
        gateway: &MemoryGateway,
        databases: &MemoryPostgres,
        fuse: &Fuse,
        ports: &Arc<PortBlock>,
    ) -> Self {
        Self {
            books: FakeDriver::new(),
            kind: "fake",
            gateway: gateway.clone(),
            databases: Arc::new(std::sync::Mutex::new(vec![databases.clone()])),
            fuse: fuse.clone(),
            running: Arc::default(),
            turn: Arc::default(),
            slow: Slow::default(),
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
        named.ok_or("no such host")?.log_in(url)
    }

    /// From now on the project's instance is not ready when it listens.
    pub fn slow_down(&self, id: &ProjectId) {
        self.slow.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }

    /// Now it is.
    pub fn speed_up(&self, id: &ProjectId) {
        self.slow.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// The projects whose instance listens.
    pub async fn listening(&self) -> Vec<ProjectId> {
        self.running.lock().await.keys().cloned().collect()
    }

    /// What an instance was started with.
    pub async fn env(&self, id: &ProjectId) -> BTreeMap<String, String> {
        self.running.lock().await.get(id).map(|process| process.env.clone()).unwrap_or_default()
    }

    /// How many rows the instance finds in its database: one for each start of one.
    pub async fn rows(&self, id: &ProjectId) -> usize {
        self.running.lock().await.get(id).map_or(0, |process| process.session.read().unwrap().len())
    }

    /// The instance dies by itself.
    pub async fn crash(&self, id: &ProjectId) {
        self.end(id).await;
        self.books.exit(id, 101);
    }

    /// The kernel ends the instance at its limit of memory.
    pub async fn run_out_of_memory(&self, id: &ProjectId) {
        self.end(id).await;
        self.books.run_out_of_memory(id);
    }

    async fn end(&self, id: &ProjectId) {
        let Some(mut process) = self.running.lock().await.remove(id) else { return };
        self.gateway.listen(process.address, None);
        process.task.abort();
        let _ = (&mut process.task).await; // the address is free from here on
    }

    async fn start(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let _turn = self.turn.lock().await;
        let starts = self.books.starts(&spec.project_id);
        let seen = self.books.ensure_running(spec).await?;
        if self.books.starts(&spec.project_id) > starts {
            self.end(&spec.project_id).await;
            if let Err(reason) = self.begin(spec).await {
                self.books.print(&spec.project_id, &reason);
                self.books.exit(&spec.project_id, 1);
            }
        }
        Ok(seen)
    }

    async fn finish(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError> {
        let _turn = self.turn.lock().await;
        self.books.ensure_stopped(id, grace).await?;
        self.end(id).await;
        Ok(())
    }

    async fn begin(&self, spec: &InstanceSpec) -> Result<(), String> {
        let exposed = spec.env.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
        let env: BTreeMap<String, String> = exposed.collect();
        let schema = tokio::fs::read_to_string(spec.schema_dir.join("schema.ts")).await;
        if schema.map_err(|error| error.to_string())?.contains(REFUSED) {
            return Err(format!("Error: schema.ts:1: {REFUSED}, while using {}", env["DATABASE_URL"]));
        }
        let session = self.log_in(&env["DATABASE_URL"].clone().into());
        let session = session.map_err(|reason| format!("Error: database: {reason}"))?;
        session.write("a visitor")?;
        let listener = TcpListener::bind(spec.address).await.map_err(|error| error.to_string())?;
        let task = tokio::spawn(serve(
            Socket { listener, _ports: Arc::clone(&self.ports) },
            spec.project_id.clone(),
            self.slow.clone(),
        ));
        self.gateway.listen(spec.address, Some(spec.project_id.as_str()));
        let process = Process { address: spec.address, env, session, task };
        self.running.lock().await.insert(spec.project_id.clone(), process);
        Ok(())
    }
}

async fn serve(socket: Socket, id: ProjectId, slow: Slow) {
    while let Ok((stream, _)) = socket.listener.accept().await {
        tokio::spawn(answer(stream, !slow.has(&id)));
    }
}

async fn answer(mut stream: TcpStream, ready: bool) -> Option<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
    let request = String::from_utf8_lossy(&request);
    let status = if ready { "200 OK" } else { "503 Service Unavailable" };
    let body = match request.split(' ').nth(1)? {
        "/version" => r#"{"version": "0.9.0", "commit": "unknown", "standin": true}"#,
        "/meta/schema" => r#"{"models": {"Shop": {"fields": []}}}"#,
        _ => "{}",
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

#[async_trait]
impl Driver for Instances {
    fn kind(&self) -> &'static str {
        self.kind
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        self.books.probe().await
    }

    async fn fetch(
        &self,
        server: &ServerArtifact,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        self.fuse.pass().await;
        self.books.fetch(server, credential, progress).await
    }

    async fn limit(&self, id: &ProjectId, limits: &InstanceLimits) -> Result<(), DriverError> {
        self.fuse.pass().await;
        self.books.limit(id, limits).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        self.books.check(spec).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        self.fuse.pass().await;
        let (own, spec) = (self.clone(), spec.clone());
        let seen = tokio::spawn(async move { own.start(&spec).await }).await.unwrap()?;
        self.fuse.pass().await;
        Ok(seen)
    }

    async fn ensure_stopped(&self, id: &ProjectId, grace: Duration) -> Result<(), DriverError> {
        self.fuse.pass().await;
        let (own, gone) = (self.clone(), id.clone());
        tokio::spawn(async move { own.finish(&gone, grace).await }).await.unwrap()?;
        self.fuse.pass().await;
        Ok(())
    }

    async fn remove(&self, id: &ProjectId) -> Result<(), DriverError> {
        self.fuse.pass().await;
        let (own, gone) = (self.clone(), id.clone());
        tokio::spawn(async move { own.finish(&gone, Duration::ZERO).await }).await.unwrap()?;
        self.books.remove(id).await?;
        self.fuse.pass().await;
        Ok(())
    }

    async fn inspect(&self, id: &ProjectId) -> Result<Option<InstanceSeen>, DriverError> {
        self.books.inspect(id).await
    }

    async fn list(&self) -> Result<Vec<(ProjectId, InstanceSeen)>, DriverError> {
        self.books.list().await
    }

    async fn stats(&self, id: &ProjectId) -> Result<Option<InstanceStats>, DriverError> {
        self.books.stats(id).await
    }

    async fn logs(
        &self,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        self.books.logs(id, query).await
    }

    fn changes(&self) -> BoxStream<'static, ProjectId> {
        self.books.changes()
    }
}
