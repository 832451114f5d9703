//! Stops the server of the folder.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::ClusterError;
use super::folder::Folder;
use super::{Binaries, Cluster, pid_file, program};

const DOING: &str = "stopping Postgres";
/// Time that an immediate stop may take. Postgres kills processes of its own after 5 s (`SIGKILL_CHILDREN_AFTER_SECS`
/// in its source), so this must be longer.
const AT_ONCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

impl Cluster {
    /// Ends all connections and stops the server; a stopped server is fine. After `limit` the stop becomes immediate:
    /// no committed data is lost, and the next start recovers. Afterwards no process of the server is left.
    pub async fn stop(&self, limit: Duration) -> Result<(), ClusterError> {
        let _lock = self.folder.lock(limit).await?;
        stop(&self.folder, &self.binaries, limit).await
    }
}

/// Stops the processes that work in the folder. The caller holds its lock.
pub async fn stop(folder: &Folder, binaries: &Binaries, limit: Duration) -> Result<(), ClusterError> {
    for (mode, limit) in [("fast", limit), ("immediate", AT_ONCE)] {
        if !serves(folder) {
            break;
        }
        let said = pg_ctl_stop(folder, binaries, mode, limit).await?;
        if serves(folder) {
            tracing::warn!(mode, said, "Postgres does not stop");
        } else {
            tracing::info!(postgres.folder = %folder.home.display(), mode, "Postgres stopped");
        }
    }
    ended(folder).await
}

/// Waits for the last process: a server removes its pid file just before it ends.
async fn ended(folder: &Folder) -> Result<(), ClusterError> {
    let deadline = Instant::now() + AT_ONCE;
    while serves(folder) || pid_file::holders(&folder.data()).is_some_and(|pids| !pids.is_empty()) {
        if Instant::now() > deadline {
            return Err(ClusterError::Late { doing: DOING, limit: AT_ONCE });
        }
        sleep(POLL).await;
    }
    Ok(())
}

/// Whether the server that wrote the folder's pid file runs.
fn serves(folder: &Folder) -> bool {
    let data = folder.data();
    let file = pid_file::read(&data);
    match pid_file::holders(&data) {
        Some(pids) => file.is_some_and(|file| pids.contains(&file.pid)),
        None => file.is_some(),
    }
}

async fn pg_ctl_stop(
    folder: &Folder,
    binaries: &Binaries,
    mode: &str,
    limit: Duration,
) -> Result<String, ClusterError> {
    let (data, seconds) = (folder.data(), limit.as_secs().max(1).to_string());
    let arguments = [
        "stop".as_ref(),
        "--silent".as_ref(),
        "--wait".as_ref(),
        "--timeout".as_ref(),
        seconds.as_ref(),
        "--pgdata".as_ref(),
        data.as_os_str(),
        "--mode".as_ref(),
        mode.as_ref(),
    ];
    let pg_ctl = binaries.program("pg_ctl");
    let (account, home) = (&folder.account, &folder.home);
    let output = program::run(DOING, &pg_ctl, account, home, arguments, limit + AT_ONCE).await?; // it has a limit itself, and a better reason
    Ok(program::printed(&output).trim().to_owned())
}
