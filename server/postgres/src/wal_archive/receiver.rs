//! The receiver: `pg_receivewal`, started again whenever it ends.

use std::time::{Duration, Instant};

use control_plane::ports::wal_archive::WalArchiveError;
use model::Weight;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::chain::Chain;
use super::slot::{self, Facts};
use super::{FolderWalArchive, Result, connection, files, leftovers, preflight, programs};
use crate::embedded::Account;

/// The pause before the first restart; it doubles up to the longest.
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);
/// After a receiver ran for so long, the next one is started after the shortest pause again.
const STEADY: Duration = Duration::from_secs(60);
/// How long it may take to end.
const GRACE: Duration = Duration::from_secs(5);
/// What is retained of its messages.
const MESSAGES: usize = 2048;
/// What it says when the server has removed what it needs next.
const REMOVED: &str = "has already been removed";

/// Receives until `stop`.
pub async fn run(archive: &FolderWalArchive, stop: &CancellationToken) {
    let mut pause = FIRST;
    while !stop.is_cancelled() {
        let begun = Instant::now();
        let fault = match once(archive, stop).await {
            Ok(message) => message,
            Err(error) => error.to_string(),
        };
        if stop.is_cancelled() {
            break;
        }
        tracing::warn!(database_server = %archive.settings.server, reason = fault, "the receiver of write-ahead log does not run");
        note(archive, fault);
        pause = if begun.elapsed() > STEADY { FIRST } else { pause };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => {}
        }
        pause = (pause * 2).min(LONGEST);
    }
}

fn note(archive: &FolderWalArchive, fault: String) {
    let mut memory = archive.state.lock();
    memory.new_chain |= fault.contains(REMOVED);
    memory.fault = Some(fault);
}

/// Starts a receiver and waits for its end. Returns its last messages.
async fn once(archive: &FolderWalArchive, stop: &CancellationToken) -> Result<String> {
    let folder = archive.folder.clone();
    let account = files::blocking(move || folder.prepare()).await?;
    let facts = slot::facts(&archive.admin, &archive.settings.slot).await?;
    let missing = preflight::missing(&facts);
    let prevents = missing.iter().find(|it| it.weight == Weight::Missing).map(|it| it.text.clone());
    archive.state.lock().missing = missing;
    if let Some(reason) = prevents {
        return Err(WalArchiveError::Unusable { reason });
    }
    let binaries = archive.programs.for_server(facts.version(), archive.folder.path()).await?;
    let chain = open_chain(archive, &facts, &account).await?;
    let program = binaries.folder.join("pg_receivewal");
    let mut command = programs::bound("TERM", &program, &account, chain.path())?;
    arguments(&mut command, archive, &chain);
    let failed = WalArchiveError::file("starting", &program);
    let mut child = command.spawn().map_err(failed)?;
    let messages = tokio::spawn(last_of(child.stderr.take()));
    archive.state.lock().fault = None;
    tracing::info!(database_server = %archive.settings.server, folder = %chain.path().display(), "receiving write-ahead log");
    let status = tokio::select! {
        status = child.wait() => status,
        () = stop.cancelled() => end(&mut child).await,
    };
    let messages = messages.await.unwrap_or_default();
    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    Ok(if messages.trim().is_empty() { format!("pg_receivewal: {status}") } else { messages })
}

fn arguments(command: &mut Command, archive: &FolderWalArchive, chain: &Chain) {
    command.arg(format!("--directory={}", chain.wal().display()));
    command.arg(format!("--slot={}", archive.settings.slot));
    command.args(["--synchronous", "--no-loop", "--no-password", "--status-interval=5"]);
    connection::set_admin(command, &archive.admin);
    command.env("PGAPPNAME", &archive.settings.slot).env("PGCONNECT_TIMEOUT", "10");
}

/// The chain that is written to, and the slot: without a slot, the server may have removed log since the last receiver.
async fn open_chain(archive: &FolderWalArchive, facts: &Facts, account: &Account) -> Result<Chain> {
    let (folder, system, account) = (archive.folder.clone(), facts.system.clone(), account.clone());
    let is_gone = archive.state.lock().new_chain || facts.is_lost();
    let has_gap = is_gone || !facts.has_slot;
    let name = file_name(facts.at);
    let chain = files::blocking(move || {
        let newest = folder.chains(&system)?.pop();
        if let Some(newest) = &newest {
            leftovers::end_receivers(&newest.wal());
        }
        let chain = match newest {
            Some(newest) if !has_gap || newest.is_empty()? => newest,
            _ => Chain::new(folder.path().join(system).join(name)),
        };
        chain.make(&account)?;
        Ok(chain)
    })
    .await?;
    let (admin, slot) = (&archive.admin, &archive.settings.slot);
    if is_gone {
        slot::drop_unused(admin, slot).await?;
    }
    if has_gap {
        slot::create(admin, slot).await?;
    }
    archive.state.lock().begin(chain.clone());
    Ok(chain)
}

/// `20261130T123456.789Z`: names sort by time.
fn file_name(at: time::OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// Asks it to end, and kills it where it does not. What was received is synced already.
async fn end(child: &mut Child) -> std::io::Result<std::process::ExitStatus> {
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGINT); // it may be ending already
    }
    if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        return status;
    }
    child.start_kill()?;
    child.wait().await
}

/// The end of the messages, read while it runs.
async fn last_of(messages: Option<impl AsyncRead + Unpin>) -> String {
    let (mut last, mut piece) = (Vec::new(), [0; MESSAGES]);
    let Some(mut messages) = messages else { return String::new() };
    while let Ok(read) = messages.read(&mut piece).await {
        if read == 0 {
            break;
        }
        last.extend_from_slice(&piece[..read]);
        let surplus = last.len().saturating_sub(MESSAGES);
        last.drain(..surplus);
    }
    String::from_utf8_lossy(&last).trim().to_owned()
}
