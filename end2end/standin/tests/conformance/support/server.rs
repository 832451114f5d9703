//! A server under test: its own folder, environment, port and output files; killed when dropped.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use tempfile::TempDir;
use tokio::time::sleep;

/// Long enough for a loaded machine; nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);

/// How a server is to be started.
pub struct Launch {
    binary: PathBuf,
    arguments: Vec<String>,
    env: BTreeMap<String, String>,
    schema: Option<String>,
}

impl Launch {
    /// The environment that the control plane gives, and no schema file.
    pub fn new(binary: &Path, database_url: &str) -> Self {
        let env = [
            ("DATABASE_URL", database_url),
            ("HOST", "127.0.0.1"),
            ("JWT_SECRET", "planted-jwt"),
            ("NO_COLOR", "1"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { binary: binary.to_owned(), arguments: vec![], env: env.into(), schema: None }
    }

    /// The content of `schema.ts`.
    pub fn schema(mut self, text: &str) -> Self {
        self.schema = Some(text.to_owned());
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Leaves a variable unset.
    pub fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Adds a command-line argument.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Starts it without waiting for anything.
    pub fn spawn(self) -> Server {
        rustls::crypto::ring::default_provider().install_default().ok();
        let dir = TempDir::new().unwrap();
        if let Some(schema) = &self.schema {
            fs::write(dir.path().join("schema.ts"), schema).unwrap();
        }
        let given = self.env.get("PORT").map(|port| port.parse().unwrap());
        let port = given.unwrap_or_else(free_port);
        let output = |name| File::create(dir.path().join(name)).unwrap();
        let child = Command::new(&self.binary)
            .args(&self.arguments)
            .env_clear()
            .envs(&self.env)
            .env("PORT", port.to_string())
            .current_dir(dir.path())
            .stdout(output("stdout"))
            .stderr(output("stderr"))
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", self.binary.display()));
        Server { child, port, dir, client: Client::new() }
    }

    /// Starts it and waits until `/ready` is 200.
    pub async fn ready(self) -> Server {
        let mut server = self.spawn();
        server.wait_for(StatusCode::OK).await;
        server
    }

    /// Starts it and waits for its end.
    pub async fn outcome(self) -> Outcome {
        let mut server = self.spawn();
        let status = server.exit(PATIENCE).await.expect("the server did not end");
        Outcome { status, stdout: server.output("stdout"), stderr: server.output("stderr") }
    }
}

/// How a server ended.
#[derive(Debug)]
pub struct Outcome {
    /// Code or signal.
    pub status: ExitStatus,
    /// All of it.
    pub stdout: String,
    /// All of it.
    pub stderr: String,
}

impl Outcome {
    /// Code 1 and `Error: ...` with this text in it, as every failed boot has to end.
    #[track_caller]
    pub fn assert_error(&self, text: &str) {
        assert_eq!(self.status.code(), Some(1), "{self:?}");
        assert!(self.stderr.starts_with("Error: ") && self.stderr.contains(text), "{self:?}");
    }
}

/// A server that was started.
pub struct Server {
    child: Child,
    port: u16,
    dir: TempDir,
    client: Client,
}

impl Server {
    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The port it was told.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its schema file.
    pub fn schema_path(&self) -> PathBuf {
        self.dir.path().join("schema.ts")
    }

    /// What it wrote so far to `stdout` or `stderr`.
    pub fn output(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    /// A request to it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://127.0.0.1:{}{path}", self.port))
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// `GET`, the body of a 200.
    pub async fn text(&self, path: &str) -> String {
        self.get(path).await.error_for_status().unwrap().text().await.unwrap()
    }

    /// Polls `/ready` until it has this status.
    pub async fn wait_for(&mut self, status: StatusCode) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.request(Method::GET, "/ready").send().await;
            if answer.is_ok_and(|answer| answer.status() == status) {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            let (out, err) = (self.output("stdout"), self.output("stderr"));
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "/ready is not {status}; ended: {ended:?}\n{out}{err}"
            );
            sleep(POLL).await;
        }
    }

    /// Polls for its end; absent when it still runs by then.
    pub async fn exit(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        loop {
            let ended = self.child.try_wait().unwrap();
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            sleep(POLL).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
