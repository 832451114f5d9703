//! Adopts a running Caddy.

use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::Instant;

use super::CaddyChild;
use super::config::Files;
use super::error::ChildError;
use super::process::ProcessIdentity;
use super::socket;
use crate::admin::AdminClient;
use crate::settings::AdminAddress;

/// Time-out of the admin API; a Caddy that takes longer counts as hung.
const ANSWER: Duration = Duration::from_secs(5);
/// Grace period of a hung Caddy.
const GRACE: Duration = Duration::from_secs(2);

/// This folder's Caddy if it runs and answers. One that does not answer is stopped. A record of a process that has
/// ended counts as none.
pub(super) async fn running(files: &Files) -> Result<Option<CaddyChild>, ChildError> {
    let recorded = files.recorded().filter(|(process, _)| process.is_running());
    let found = match recorded {
        Some(found) => Some(found),
        None => unrecorded(files).await,
    };
    let Some((process, admin)) = found else { return Ok(None) };
    if answers(&admin, ANSWER).await {
        files.record(process, &admin)?;
        return Ok(Some(CaddyChild { files: files.clone(), process, admin, adopted: true }));
    }
    tracing::warn!(pid = process.pid, "the gateway's process runs but does not answer; it is ended");
    process.end(GRACE).await?;
    Ok(None)
}

/// The control plane may have been killed between start and record; then the process that listens on the socket is ours.
async fn unrecorded(files: &Files) -> Option<(ProcessIdentity, AdminAddress)> {
    let socket = socket::ensure(&files.folder).ok()?;
    let peer = UnixStream::connect(&socket).await.ok()?.peer_cred().ok()?;
    let process = ProcessIdentity::of(u32::try_from(peer.pid()?).ok()?)?;
    Some((process, AdminAddress::Unix(socket)))
}

/// Whether the admin API answers in time.
pub(super) async fn answers(admin: &AdminAddress, within: Duration) -> bool {
    let client = AdminClient::new(admin.clone());
    let deadline = Instant::now() + within;
    while Instant::now() < deadline {
        let asked = tokio::time::timeout_at(deadline, client.get("/config/")).await;
        if matches!(&asked, Ok(Ok(answer)) if answer.status.is_success()) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    false
}
