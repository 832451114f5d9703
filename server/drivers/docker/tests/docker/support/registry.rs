//! A registry of images on a loopback port, which the engine asks without TLS: the program of Debian's docker-registry.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use control_plane::testing::instance::{free_address, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::docker;

/// The account that a private registry knows.
pub const ROBOT: &str = "robot";
/// Its password.
pub const PASSWORD: &str = "planted-pull";
/// The line of htpasswd for that account, bcrypt.
const HTPASSWD: &str = "robot:$2y$05$abcdefghijklmnopqrstuuWQsafx/ScRzZNuMedVouAQM.4ryoHIG\n";
/// Large enough to be told of while it is pulled.
const LAYER: usize = 8 * 1024 * 1024;

/// Who may pull and push.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Anybody,
    Robot,
}

/// Runs until it is dropped.
pub struct ImageRegistry {
    pub host: String,
    program: Child,
    folder: tempfile::TempDir,
}

impl ImageRegistry {
    pub fn start(access: Access) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address(14_000);
        let config = folder.path().join("config.yml");
        std::fs::write(folder.path().join("htpasswd"), HTPASSWD).unwrap();
        std::fs::write(&config, configuration(folder.path(), address, access)).unwrap();
        let program = Command::new("docker-registry")
            .args(["serve".as_ref(), config.as_os_str()])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .expect("these tests need the package docker-registry (scripts/setup --test)");
        let registry = Self { host: address.to_string(), program, folder };
        until("the registry listens", || TcpStream::connect(address).ok());
        registry
    }

    /// Puts an image into it that no engine has, and returns its name.
    pub fn push(&self, name: &str) -> String {
        let image = format!("{}/{name}", self.host);
        let root = self.folder.path().join("root");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("noise"), noise()).unwrap();
        let mut tar =
            Command::new("tar").arg("-C").arg(&root).args(["-c", "."]).stdout(Stdio::piped()).spawn();
        let tar = tar.as_mut().unwrap();
        succeed(docker(&["import", "-", &image]).stdin(tar.stdout.take().unwrap()));
        assert!(tar.wait().unwrap().success());
        let config = self.folder.path().join("docker");
        let config = config.to_str().unwrap();
        let mut login = docker(&["--config", config, "login", "-u", ROBOT, "--password-stdin", &self.host])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        login.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(login.wait().unwrap().success());
        succeed(&mut docker(&["--config", config, "push", &image]));
        forget(&image);
        image
    }

    /// It still takes connections, and says nothing any more.
    pub fn freeze(&self) {
        kill(Pid::from_raw(self.program.id().cast_signed()), Signal::SIGSTOP).unwrap();
    }

    /// It goes away.
    pub fn stop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

impl Drop for ImageRegistry {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Takes an image from the engine.
pub fn forget(image: &str) {
    succeed(&mut docker(&["image", "rm", "--force", image]));
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn configuration(folder: &Path, address: SocketAddr, access: Access) -> String {
    let folder = folder.display();
    let auth = if access == Access::Robot {
        format!("auth: {{htpasswd: {{realm: tests, path: {folder}/htpasswd}}}}\n")
    } else {
        String::new()
    };
    format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/images}}}}\n\
         http: {{addr: '{address}'}}\n{auth}"
    )
}

/// Bytes that cannot be compressed, others at every call.
fn noise() -> Vec<u8> {
    let mut noise = vec![0; LAYER];
    let mut source = std::fs::File::open("/dev/urandom").unwrap();
    std::io::Read::read_exact(&mut source, &mut noise).unwrap();
    noise
}
