//! A fleet in a temporary folder with its own ports. Dropping it ends everything that it started.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Deadline of everything that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A fleet.
pub struct World {
    pub folder: PathBuf,
    pub listen: u16,
    pub http: u16,
    pub https: u16,
    pub portfolio: Portfolio,
    pub extra: Vec<(String, String)>,
    pub serve: Vec<&'static str>,
    server: Option<Child>,
    token: Option<String>,
    /// Reserves the hundred ports from this one on for the instances of this fleet.
    block: TcpListener,
}

/// A repository with a schema that boots and one that does not.
pub struct Portfolio {
    pub url: String,
    pub good: String,
}

/// The operator and the password.
pub const EMAIL: &str = "ines@example.com";
pub const PASSWORD: &str = "planted-91c2-operator-password";

pub const GOOD: &str = "shop/schema.ts";
pub const REFUSED: &str = "refused/schema.ts";

impl World {
    /// Folder, repository and free ports; nothing runs yet.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("flt").tempdir_in("/tmp").unwrap().keep();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let portfolio = portfolio(&folder.join("portfolio"));
        let (listen, http, https) = (free_port(), free_port(), free_port());
        let (extra, serve) = (Vec::new(), vec!["serve"]);
        let block = free_block();
        Self { folder, listen, http, https, portfolio, extra, serve, server: None, token: None, block }
    }

    /// A folder in which the server runs, with an operator.
    pub fn started() -> Self {
        let mut world = Self::new();
        world.start();
        world
    }

    /// `atomo-fleet` with the settings of this fleet and an otherwise empty environment, apart from `PATH`.
    pub fn fleet(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atomo-fleet"));
        let range = format!("{}-{}", self.first_upstream(), self.first_upstream() + 98);
        command
            .args(arguments)
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| {
                let tools = [
                    "ATOMO_FLEET_CADDY_BIN",
                    "ATOMO_FLEET_PG_BIN",
                    "PATH",
                    "HOME",
                    "TOOLS_DIR",
                    "XDG_CACHE_HOME",
                ];
                tools.contains(&name.as_str())
            }))
            .env("ATOMO_FLEET_SITE", site())
            .env("ATOMO_FLEET_LISTEN", format!("127.0.0.1:{}", self.listen))
            .env("ATOMO_FLEET_DATA_DIR", self.data())
            .env("ATOMO_FLEET_GATEWAY_HTTP", format!("127.0.0.1:{}", self.http))
            .env("ATOMO_FLEET_GATEWAY_HTTPS", format!("127.0.0.1:{}", self.https))
            .env("ATOMO_FLEET_EXAMPLES", self.folder.join("portfolio"))
            .env("ATOMO_FLEET_UPSTREAM_PORTS", range)
            .env("ATOMO_FLEET_SWEEP", "1")
            .envs(self.extra.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The first port of instances.
    pub fn first_upstream(&self) -> u16 {
        self.block.local_addr().unwrap().port() + 1
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts the server and waits until it answers.
    pub fn start(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let out = log.try_clone().unwrap();
        let server = self.fleet(&self.serve).stdin(Stdio::null()).stdout(out).stderr(log).spawn().unwrap();
        self.server = Some(server);
        let begun = Instant::now();
        while !self.is_ready() {
            assert!(begun.elapsed() < PATIENCE, "the server did not start:\n{}", self.said());
            if let Some(status) = self.server.as_mut().unwrap().try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", self.said());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// The output of the server.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn is_ready(&self) -> bool {
        let url = format!("http://127.0.0.1:{}/readyz", self.listen);
        crate::api::blocking(async {
            reqwest::get(url).await.is_ok_and(|answer| answer.status().is_success())
        })
    }

    pub fn pid(&self) -> u32 {
        self.server.as_ref().unwrap().id()
    }

    /// Whether the server has ended on its own.
    pub fn has_ended(&mut self) -> bool {
        let ended = self.server.as_mut().is_none_or(|server| server.try_wait().unwrap().is_some());
        if ended {
            self.server = None;
        }
        ended
    }

    /// Sends a signal to the server and waits for its end.
    pub fn end(&mut self, signal: Signal) {
        let Some(mut server) = self.server.take() else { return };
        kill(Pid::from_raw(i32::try_from(server.id()).unwrap()), signal).unwrap();
        let begun = Instant::now();
        while server.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "the server did not end:\n{}", self.said());
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Ends everything that the fleet started.
    pub fn clear(&mut self) {
        self.end(Signal::SIGTERM);
        // beside an external Postgres, a server leaves instances and Caddy running
        if ["atomo-standin", "caddy"].iter().any(|program| !self.processes(program).is_empty()) {
            self.serve = vec!["serve", "--stop-all"];
            self.start();
            self.end(Signal::SIGTERM);
        }
    }

    /// A token. Creates its operator the first time, with a host command.
    pub fn token(&mut self) -> String {
        if self.token.is_none() {
            let mut create =
                self.fleet(&["operator", "create", EMAIL, "--role", "owner", "--password-stdin"]);
            let mut child = create.stdin(Stdio::piped()).spawn().unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success());
            let output = self.fleet(&["token", "create", "--operator", EMAIL]).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            self.token = Some(text.lines().last().unwrap().to_owned());
        }
        self.token.clone().unwrap()
    }

    /// Processes of this fleet.
    pub fn processes(&self, program: &str) -> Vec<u32> {
        processes_in(&self.folder, program)
    }
}

/// Processes of a program whose command line or working folder is in a folder.
pub fn processes_in(folder: &Path, program: &str) -> Vec<u32> {
    let text = folder.display().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let cwd =
            std::fs::read_link(entry.path().join("cwd")).map(|p| p.display().to_string()).unwrap_or_default();
        let first = line.split(' ').next().unwrap_or_default();
        if first.ends_with(program) && (line.contains(&text) || cwd.starts_with(&text)) {
            found.push(pid);
        }
    }
    found
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server said:\n{}", self.said());
        }
        self.clear();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The first of a hundred ports that no other fleet uses, in this process or another: a listener on it reserves them.
/// Other tests of this workspace use ports below 22,000 and above 25,000.
fn free_block() -> TcpListener {
    let mut blocks = (22_000_u16..25_000).step_by(100);
    blocks.find_map(|first| TcpListener::bind(("127.0.0.1", first)).ok()).unwrap()
}

/// The front end that `scripts/build` makes beside the debug programs.
fn site() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_atomo-fleet"));
    program.ancestors().nth(2).unwrap().join("site-dev")
}

/// A free port of loopback.
pub fn free_port() -> u16 {
    control_plane::testing::address::free_address().port()
}

fn portfolio(folder: &Path) -> Portfolio {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    std::fs::create_dir_all(folder).unwrap();
    git(&["init", "-q", "-b", "main"]);
    for (path, text) in [(GOOD, SHOP), (REFUSED, "export const nothing = 1\n")] {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    git(&["add", "-A"]);
    git(&[
        "-c",
        "user.name=Ines",
        "-c",
        "user.email=ines@example.com",
        "commit",
        "-q",
        "-m",
        "First schemas",
    ]);
    Portfolio { url: format!("file://{}", folder.display()), good: git(&["rev-parse", "HEAD"]) }
}

const SHOP: &str = "import { model, text } from '@atomo/schema'\n\
    export const Thing = model('things', { fields: { id: text().id(), name: text().optional() } })\n";
