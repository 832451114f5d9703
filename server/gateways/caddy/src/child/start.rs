//! Starts a child.

use std::env;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::config::{Files, initial};
use super::error::ChildError;
use super::process::ProcessIdentity;
use super::{CaddyChild, ChildSettings, adopt, socket, storage};
use crate::settings::AdminAddress;

/// Time-out of a start. It takes 0.2 s; a busy laptop needs more.
const READY: Duration = Duration::from_secs(20);
/// Interval of the check whether it has ended.
const LOOK: Duration = Duration::from_millis(200);
/// The inherited variables. No proxy settings: they would apply to requests to instances.
const PASSED: [&str; 3] = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Starts a child. None must be running.
pub(super) async fn new(files: Files, settings: &ChildSettings) -> Result<CaddyChild, ChildError> {
    free("HTTP", settings.http)?;
    free("HTTPS", settings.https)?;
    files.forget();
    remove_incomplete(files.path("data/caddy")).await;
    let admin = AdminAddress::Unix(socket::ensure(&files.folder)?);
    files.write("start.json", &initial(&files, &admin))?;
    let mut child = spawn(&files, settings)?;
    let process = child.id().and_then(ProcessIdentity::of);
    if let Some(process) = process {
        files.record(process, &admin)?;
    }
    ready(&mut child, &files, &admin).await?;
    let process = process.ok_or_else(|| ChildError::Silent { within: READY, said: files.said() })?;
    Ok(CaddyChild { files, process, admin, adopted: false })
}

/// The storage may have thousands of files.
async fn remove_incomplete(storage: PathBuf) {
    if let Err(error) = tokio::task::spawn_blocking(move || storage::remove_incomplete(&storage)).await {
        tracing::warn!(%error, "looking over the certificates of the gateway");
    }
}

/// Caddy would not notice: it shares a port with any process that allows that.
fn free(purpose: &'static str, address: SocketAddr) -> Result<(), ChildError> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            Err(ChildError::PortTaken { purpose, address, holder: listeners::holder(address) })
        }
        Err(source) => Err(ChildError::PortRefused { purpose, address, source }),
    }
}

fn spawn(files: &Files, settings: &ChildSettings) -> Result<Child, ChildError> {
    let path = files.path("caddy.out");
    let output = File::create(&path).and_then(|file| Ok((file.try_clone()?, file)));
    let (out, err) = output.map_err(|source| ChildError::Folder { doing: "writing", path, source })?;
    let mut command = Command::new(&settings.binary.path);
    command
        .args(["run", "--config"])
        .arg(files.path("start.json"))
        .current_dir(&files.folder)
        .env_clear()
        .envs(PASSED.iter().filter_map(|name| Some((*name, env::var_os(name)?))))
        .env("HOME", &files.folder)
        .env("XDG_DATA_HOME", files.path("data"))
        .env("XDG_CONFIG_HOME", files.path("config"))
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .process_group(0);
    command.spawn().map_err(|source| ChildError::Start { path: settings.binary.path.clone(), source })
}

async fn ready(child: &mut Child, files: &Files, admin: &AdminAddress) -> Result<(), ChildError> {
    let deadline = Instant::now() + READY;
    while Instant::now() < deadline {
        if adopt::answers(admin, LOOK).await {
            return Ok(());
        }
        let ended = child.try_wait();
        let ended = ended.map_err(|source| ChildError::Start { path: files.folder.clone(), source })?;
        if let Some(status) = ended {
            files.forget();
            return Err(ChildError::Ended { status, said: files.said() });
        }
    }
    let said = files.said();
    if child.start_kill().is_ok() && child.wait().await.is_ok() {
        files.forget();
    }
    Err(ChildError::Silent { within: READY, said })
}
