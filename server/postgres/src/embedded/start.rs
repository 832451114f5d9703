//! Adopts or starts the server.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use control_plane::ports::Failure as _;
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use super::error::ClusterError;
use super::folder::Folder;
use super::pid_file::{self, PidFile};
use super::process::Identity;
use super::{Cluster, ClusterSettings, Origin, configuration, initialise, log, program, stop};
use crate::session::Session;

const DOING: &str = "starting Postgres";
/// How long remains of a crash may block a start: a server that is not reaped yet, children that have not noticed its
/// death.
const LEFTOVERS: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);

impl Cluster {
    /// Returns the running cluster: initialised if it did not exist, adopted if it runs, else started. It answers
    /// afterwards. Settings apply at the next start of the server. On failure, a server that was started here is
    /// stopped.
    pub async fn start(settings: &ClusterSettings) -> Result<Self, ClusterError> {
        let folder = Folder::prepare(&settings.folder)?;
        let _lock = folder.lock(settings.start_limit).await?;
        let password = initialise::ensure(&folder, settings).await?;
        let mut origin = Origin::Adopted;
        let outcome = Self::ensure(&folder, settings, password, &mut origin).await;
        if outcome.is_err()
            && origin == Origin::Started
            && let Err(error) = stop::stop(&folder, &settings.binaries, LEFTOVERS).await
        {
            tracing::warn!(%error, "Postgres, whose start failed, is left behind");
        }
        outcome
    }

    async fn ensure(
        folder: &Folder,
        settings: &ClusterSettings,
        password: SecretString,
        origin: &mut Origin,
    ) -> Result<Self, ClusterError> {
        let deadline = Instant::now() + settings.start_limit;
        loop {
            let found = running(folder, settings).await?;
            let PidFile { pid, socket, .. } = if let Some(found) = found {
                found
            } else {
                *origin = Origin::Started;
                launch(folder, settings).await?
            };
            let (folder, binaries, password) = (folder.clone(), settings.binaries.clone(), password.clone());
            let cluster =
                Self { folder, binaries, socket, password, origin: *origin, process: Identity::of(pid) };
            match cluster.answers().await {
                // the server was shutting down, which its pid file does not show
                Err(ClusterError::Server(error)) if error.is_transient() && Instant::now() < deadline => {
                    tracing::debug!(%error, "Postgres does not answer yet");
                    sleep(POLL).await;
                }
                answer => return answer.map(|()| cluster),
            }
        }
    }

    /// Whether the server at the socket is this cluster.
    async fn answers(&self) -> Result<(), ClusterError> {
        let mut session = Session::open(&self.admin(), DOING).await?;
        let folder: Vec<(String,)> = session.rows(DOING, sqlx::query("show data_directory")).await?;
        let folder = folder.into_iter().next().map(|(folder,)| PathBuf::from(folder));
        if folder == Some(self.folder.data()) {
            return Ok(());
        }
        let reason = format!("another cluster, {folder:?}, answers at {}", self.socket.display());
        Err(ClusterError::Failed { doing: DOING, reason })
    }
}

/// The running server of the folder, once it accepts connections; `None` if neither the server nor a remaining child
/// exists.
async fn running(folder: &Folder, settings: &ClusterSettings) -> Result<Option<PidFile>, ClusterError> {
    let data = folder.data();
    let began = Instant::now();
    loop {
        let (file, holders) = (pid_file::read(&data), pid_file::holders(&data));
        let Some(pids) = holders else { return Ok(file.filter(|file| file.ready)) };
        let serving = file.filter(|file| pids.contains(&file.pid));
        let limit = if serving.is_some() { settings.start_limit } else { LEFTOVERS };
        match serving {
            Some(file) if file.ready => return Ok(Some(file)),
            _ if pids.is_empty() => {
                forget_the_dead(folder)?;
                return Ok(None);
            }
            _ if began.elapsed() > limit => return Err(ClusterError::Held { path: data, pids, limit }),
            _ => sleep(POLL).await,
        }
    }
}

/// Removes the pid file of a dead server: no process works in the folder, and we hold its lock, so none will. Postgres
/// would refuse to start if another process now has the pid.
fn forget_the_dead(folder: &Folder) -> Result<(), ClusterError> {
    let path = pid_file::path(&folder.data());
    match fs::remove_file(&path) {
        Ok(()) => {
            tracing::warn!(file = %path.display(), "Postgres had ended without stopping; it recovers now");
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(ClusterError::file("removing", path)(error)),
    }
    Ok(())
}

async fn launch(folder: &Folder, settings: &ClusterSettings) -> Result<PidFile, ClusterError> {
    let socket = folder.socket_folder()?;
    configuration::write(folder, settings, &socket)?;
    log::rotate(folder)?;
    let deadline = Instant::now() + LEFTOVERS;
    loop {
        let before = log::size(folder);
        let ended = pg_ctl_start(folder, settings).await?;
        let Err(said) = ended else { break };
        let printed = log::since(folder, before);
        if printed.contains("lock file") && Instant::now() < deadline {
            sleep(POLL).await; // a socket's lock of a server that is just ending
            continue;
        }
        return Err(ClusterError::said(DOING, &folder.data(), &format!("{said}\n{printed}")));
    }
    pid_file::read(&folder.data())
        .ok_or_else(|| ClusterError::Failed { doing: DOING, reason: "it started, but ended at once".into() })
}

/// Starts the server in a session of its own and waits until it accepts connections. Fails with the message of `pg_ctl`.
async fn pg_ctl_start(
    folder: &Folder,
    settings: &ClusterSettings,
) -> Result<Result<(), String>, ClusterError> {
    let limit = settings.start_limit;
    let (data, log, seconds) = (folder.data(), folder.log(), limit.as_secs().to_string());
    let arguments = [
        "start".as_ref(),
        "--silent".as_ref(),
        "--wait".as_ref(),
        "--timeout".as_ref(),
        seconds.as_ref(),
        "--pgdata".as_ref(),
        data.as_os_str(),
        "--log".as_ref(),
        log.as_os_str(),
    ];
    let pg_ctl = settings.binaries.program("pg_ctl");
    let limit = limit + LEFTOVERS; // it has a limit itself, and a better reason
    let output = program::run(DOING, &pg_ctl, &folder.account, &folder.home, arguments, limit).await?;
    if output.status.success() { Ok(Ok(())) } else { Ok(Err(program::printed(&output).trim().to_owned())) }
}
