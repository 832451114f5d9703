//! A cluster in a folder for the moment, stopped and removed when it is dropped.
//!
//! `initdb` runs once for each version; its result is kept beside the test's executable and copied.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::lives;
use crate::embedded::{Binaries, Cluster, ClusterSettings, Durability, pid_file};

/// Everybody can get there, and the path of a socket in it is short.
const PLACE: &str = "/tmp";
/// How folders there begin; the process id follows.
const PREFIX: &str = "atomo-test-";
const STOP: Duration = Duration::from_secs(10);

/// One at a time in this process makes a template; between processes the first to rename wins.
static TEMPLATE: Mutex<()> = Mutex::const_new(());

pub struct OwnCluster {
    settings: ClusterSettings,
    cluster: Cluster,
    _folder: TempDir,
}

impl OwnCluster {
    pub async fn start(binaries: Binaries) -> Self {
        clear_forgotten();
        let folder = temporary();
        copy(&template(&binaries).await, folder.path());
        let settings = settings(folder.path(), binaries);
        let cluster = Cluster::start(&settings).await.unwrap();
        Self { settings, cluster, _folder: folder }
    }

    pub fn admin(&self) -> PgConnectOptions {
        self.cluster.admin()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.cluster.log_file()).unwrap()
    }

    pub fn crash(&self) {
        quit(&self.settings.folder);
    }

    pub async fn resume(&self) {
        Cluster::start(&self.settings).await.unwrap();
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        self.crash();
    }
}

fn settings(folder: &Path, binaries: Binaries) -> ClusterSettings {
    let durability = Durability::TestsOnly;
    ClusterSettings { durability, ..ClusterSettings::new(folder, binaries) }
}

fn temporary() -> TempDir {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(PLACE).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
    folder
}

/// The folder of a cluster that was stopped, made on first use.
async fn template(binaries: &Binaries) -> PathBuf {
    let _one = TEMPLATE.lock().await;
    let executable = std::env::current_exe().unwrap();
    let beside = executable.parent().unwrap();
    let template = beside.join(format!("atomo-test-postgres-{}", binaries.version));
    if !template.exists() {
        let made = temporary();
        let cluster = Cluster::start(&settings(made.path(), binaries.clone())).await.unwrap();
        cluster.stop(STOP).await.unwrap();
        let own = tempfile::tempdir_in(beside).unwrap();
        copy(made.path(), own.path());
        fs::rename(own.path(), &template).ok(); // lost against another process: the content is the same
    }
    template
}

/// With `cp`, which keeps owners and modes: Postgres is strict about them.
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
    assert!(status.success(), "cp -a {} {}: {status}", from.display(), to.display());
}

/// Clusters of test processes that were killed.
fn clear_forgotten() {
    let entries = fs::read_dir(PLACE).into_iter().flatten().filter_map(Result::ok);
    for entry in entries {
        let name = entry.file_name();
        let process =
            name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok());
        if process.is_some_and(|process| !lives(process)) {
            quit(&entry.path());
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// Ends the server of a folder without ceremony, and waits until all of it is gone.
fn quit(home: &Path) {
    let data = home.join("data");
    let holders = || pid_file::holders(&data).unwrap_or_default();
    let Some(server) = pid_file::read(&data).filter(|file| holders().contains(&file.pid)) else { return };
    let pid = Pid::from_raw(i32::try_from(server.pid).unwrap());
    kill(pid, Signal::SIGQUIT).ok(); // it may be on its way out
    let deadline = Instant::now() + STOP;
    while !holders().is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
}
