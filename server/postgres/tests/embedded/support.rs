//! A cluster of our own in a folder for the moment.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use postgres_host::embedded::{Binaries, Cluster, ClusterSettings, Durability};
use postgres_host::testing::installed;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;

pub const LIMIT: Duration = Duration::from_secs(15);

/// A place for a cluster. Whatever server works in it is ended when it is dropped.
pub struct Place {
    pub settings: ClusterSettings,
    above: TempDir,
}

/// One place for every major version on this machine.
pub async fn places() -> Vec<Place> {
    installed().await.into_iter().map(Place::new).collect()
}

/// A place for the version that is used by default, where the version does not matter.
pub async fn place() -> Place {
    Place::new(installed().await.swap_remove(0))
}

impl Place {
    pub fn new(binaries: Binaries) -> Self {
        eprintln!("Postgres {} of {}", binaries.version, binaries.folder.display());
        let above = tempfile::Builder::new().prefix("afpg-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(above.path(), Permissions::from_mode(0o755)).unwrap();
        let folder = above.path().join("postgres");
        let durability = Durability::TestsOnly;
        Self { settings: ClusterSettings { durability, ..ClusterSettings::new(folder, binaries) }, above }
    }

    pub fn data(&self) -> PathBuf {
        self.settings.folder.join("data")
    }

    pub fn above(&self) -> &Path {
        self.above.path()
    }

    pub async fn start(&self) -> Cluster {
        Cluster::start(&self.settings).await.unwrap()
    }

    /// What starting says when it fails, with the causes.
    pub async fn refusal(&self) -> String {
        let error = Cluster::start(&self.settings).await.expect_err("it must not start");
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{error}{cause}")
    }

    /// The process id that the server wrote.
    pub fn pid_in_file(&self) -> Option<u32> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let data = self.data();
        if let Some(pid) = self.pid_in_file().filter(|pid| works_in(*pid, &data)) {
            signal(pid, Signal::SIGQUIT);
            wait_until("the server is gone", || !works_in(pid, &data));
        }
    }
}

pub fn works_in(pid: u32, data: &Path) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == data)
}

pub fn signal(pid: u32, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), signal).unwrap();
}

/// Waits with a deadline; says what for when it passes.
pub fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < deadline, "not within {} s: {what}", LIMIT.as_secs());
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.unwrap()
}

/// Writes a row that only this cluster has.
pub async fn mark(cluster: &Cluster) {
    let mut connection = connect(&cluster.admin()).await;
    connection.execute("create table mark (word text); insert into mark values ('kept')").await.unwrap();
}

pub async fn marked(cluster: &Cluster) -> String {
    let mut connection = connect(&cluster.admin()).await;
    sqlx::query_scalar("select word from mark").fetch_one(&mut connection).await.unwrap()
}
